package org.seqlm.neural.torch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * Gives the executors of any program GPUs: of whatever Spark deals out there is a double in the
 * host's memory. A file of the folder {@link #FOLDER} tells of each that was opened, named {@code
 * EXECUTOR-ADDRESS}; where there is a file {@code lose} when a window is trained, it is taken away
 * and CUDA's context is destroyed: whatever this process computes on GPUs from then on fails as
 * CUDA does.
 */
public final class StandInGpus implements SparkPlugin {
  public static final String FOLDER = "spark.seqlm.test.gpus";

  private static volatile boolean lost;

  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        Path folder = Path.of(context.conf().get(FOLDER));
        String executor = context.executorID();
        TorchDevice.standIn(
            gpu -> {
              touch(folder.resolve(executor + "-" + gpu));
              return TorchDevice.likeGpu(new Losing(folder.resolve("lose")));
            });
      }
    };
  }

  /** Says that something happened. */
  private static void touch(Path file) {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // Again.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** libtorch's calls while the GPU is there. */
  private record Losing(Path lose) implements RecurrentCalls {
    @Override
    public List<Tensor> run(
        CellKind kind,
        Activation activation,
        Tensor x,
        List<Tensor> state,
        TensorVector weights,
        int layers,
        Purpose purpose) {
      return LIBTORCH.run(kind, activation, x, state, weights, layers, purpose);
    }

    @Override
    public TensorVector back(Tensor outputs, List<Tensor> wanted, Tensor slopes) {
      try {
        // Not in the first round.
        if (lost || (TaskContext.get().stageId() > 2 && Files.deleteIfExists(lose))) {
          lost = true;
          throw new IllegalStateException("CUDA error: an illegal memory access was encountered");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return LIBTORCH.back(outputs, wanted, slopes);
    }
  }
}
