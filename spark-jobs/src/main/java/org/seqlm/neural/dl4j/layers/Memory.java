package org.seqlm.neural.dl4j.layers;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.UserException;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * ND4J's arrays as libtorch's tensors, over the same memory. A tensor does not keep its array's
 * memory alive: callers hold the array as long as they use the tensor.
 */
final class Memory {
  private Memory() {}

  /** A tensor over an array, whatever its strides; it has the array's shape. */
  static Tensor tensor(INDArray array) {
    // A view has the pointer of the whole.
    BytePointer first =
        new BytePointer(array.data().pointer())
            .position(array.offset() * array.data().getElementSize());
    return torch.from_blob(first, array.shape(), array.stride(), options(array.dataType()));
  }

  /** A sequence, (B, n, T) or (B, T, n) as the format says, as a tensor (T, B, n). */
  static Tensor timeFirst(INDArray sequence, RNNFormat format) {
    Tensor tensor = tensor(sequence);
    return format == RNNFormat.NWC ? tensor.permute(1, 0, 2) : tensor.permute(2, 0, 1);
  }

  /**
   * An array with the values of a tensor (T, B, n), shaped as the format says. In memory it stays
   * (T, B, n), so that the next of our layers reads it without a copy.
   */
  static INDArray sequence(
      Tensor timeFirst, DataType type, RNNFormat format, ArrayType use, LayerWorkspaceMgr spaces) {
    long[] shape = {timeFirst.size(0), timeFirst.size(1), timeFirst.size(2)};
    INDArray array = spaces.createUninitialized(use, type, shape, 'c');
    tensor(array).copy_(timeFirst);
    return shaped(array, format);
  }

  /** A view of an array (T, B, n) shaped as the format says. */
  static INDArray shaped(INDArray timeFirst, RNNFormat format) {
    return format == RNNFormat.NWC ? timeFirst.permute(1, 0, 2) : timeFirst.permute(1, 2, 0);
  }

  /** Values of one type as another; a copy only if they differ. */
  static Tensor as(Tensor tensor, torch.ScalarType type) {
    return tensor.scalar_type().intern() == type.intern() ? tensor : tensor.to(type);
  }

  /** The same tensor for who will release it, past the end of the scope. */
  static Tensor kept(Tensor tensor) {
    // A handle of our own: one that is part of a tuple goes with the tuple.
    Tensor own = new Tensor(tensor);
    own.retainReference();
    return own;
  }

  /** libtorch's name of a type. */
  static torch.ScalarType type(DataType type) {
    return switch (type) {
      case FLOAT -> torch.ScalarType.Float;
      case DOUBLE -> torch.ScalarType.Double;
      case INT -> torch.ScalarType.Int;
      case LONG -> torch.ScalarType.Long;
      case SHORT -> torch.ScalarType.Short;
      case BYTE -> torch.ScalarType.Char;
      case UBYTE -> torch.ScalarType.Byte;
      case BOOL -> torch.ScalarType.Bool;
      default ->
          throw UserException.configuration(
              "a layer on libtorch reads float or double values and integer ids, but got "
                  + type
                  + ": set the network's dataType to FLOAT");
    };
  }

  /**
   * Refuses what a layer of ours cannot compute on.
   *
   * @throws UserException with exit code 2 unless ND4J computes on the CPU, in float or double
   */
  static void check(String layer, DataType network) {
    TorchDevice.library();
    if (!Nd4j.getEnvironment().isCPU()) {
      throw UserException.configuration(
          layer
              + " needs ND4J's CPU backend, but this is "
              + Nd4j.getBackend().getClass().getSimpleName()
              + ": put nd4j-native on the class path, or use Deeplearning4j's own layers");
    }
    if (network != DataType.FLOAT && network != DataType.DOUBLE) {
      throw UserException.configuration(
          layer
              + " computes in FLOAT or DOUBLE, but the network's dataType is "
              + network
              + ": set one of these");
    }
  }

  private static TensorOptions options(DataType type) {
    return new TensorOptions(type(type));
  }
}
