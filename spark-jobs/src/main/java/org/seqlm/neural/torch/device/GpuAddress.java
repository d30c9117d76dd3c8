package org.seqlm.neural.torch.device;

import java.util.Optional;
import org.seqlm.UserException;

/**
 * A task's GPU as Spark's scheduler names it, which is as a discovery script printed it.
 *
 * @param text its number among those of its machine, 0 to {@value #LARGEST}, as nvidia-smi counts;
 *     or the UUID of a GPU, {@code GPU-…}, or of a MIG device, {@code MIG-…}
 */
public record GpuAddress(String text) {
  /** No machine has more: libtorch keeps CUDA's number of a device in a byte. */
  private static final int LARGEST = 127;

  private static final String NUMBER = "[0-9]{1,3}";

  /**
   * @throws UserException with exit code 5 if it is none of these
   */
  public GpuAddress {
    text = text.strip();
    boolean known =
        text.matches("(GPU|MIG)-[0-9A-Za-z/-]+")
            || (text.matches(NUMBER) && Integer.parseInt(text) <= LARGEST);
    if (!known) {
      throw UserException.platform(
          "the address of a task's GPU must be its number, 0 to "
              + LARGEST
              + ", or a UUID (GPU-…, MIG-…), but Spark says \""
              + text
              + "\": let the script of spark.executor.resource.gpu.discoveryScript print the"
              + " indexes that nvidia-smi --query-gpu=index shows, as deploy/gpu/discover does");
    }
  }

  /** A GPU's, by its number. */
  public static GpuAddress of(int number) {
    return new GpuAddress(Integer.toString(number));
  }

  /** Whether it is a part of a GPU that is cut into MIG devices. */
  boolean isMig() {
    return text.startsWith("MIG-");
  }

  /**
   * The GPU's number; of a UUID as nvidia-smi tells.
   *
   * @throws UserException with exit code 5 if it shows no such GPU
   */
  int number() {
    if (text.matches(NUMBER)) {
      return Integer.parseInt(text);
    }
    return find()
        .orElseThrow(
            () ->
                UserException.platform(
                    "this task was given GPU "
                        + text
                        + ", but nvidia-smi shows none of this UUID where it runs: let the script"
                        + " of spark.executor.resource.gpu.discoveryScript run on the same machine,"
                        + " in the same container"));
  }

  private Optional<Integer> find() {
    return Gpus.numberOf(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
