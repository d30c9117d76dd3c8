package org.seqlm.neural.dl4j;

import org.seqlm.neural.dl4j.device.CudaBackend;
import org.seqlm.neural.torch.device.TorchDevice;

/** Whose layers a Deeplearning4j network of ours is made of. */
enum LayerOrigin {
  /**
   * Ours, {@code org.seqlm.neural.dl4j.layers}: every cell, on ND4J's CPU backend, at libtorch's
   * speed.
   */
  TORCH,
  /** Deeplearning4j's own: an LSTM under a full softmax, on any backend of ND4J's. */
  DL4J;

  /** The layers for what is on the class path. */
  static LayerOrigin here() {
    return hasCuda() || !TorchDevice.onClassPath() ? DL4J : TORCH;
  }

  /** Whether ND4J's CUDA backend is on the class path. */
  static boolean hasCuda() {
    return CudaBackend.onClassPath();
  }
}
