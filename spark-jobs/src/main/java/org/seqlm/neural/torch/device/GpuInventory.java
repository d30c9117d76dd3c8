package org.seqlm.neural.torch.device;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.CUDAHooksInterface;
import org.bytedeco.pytorch.global.torch;

/** The GPUs of this machine, and what libtorch's CUDA says of itself. */
public final class GpuInventory {
  private static final String FIELDS = "name,compute_cap,driver_version,memory.total";

  private GpuInventory() {}

  /**
   * A GPU.
   *
   * @param index nvidia-smi's number
   * @param name of it
   * @param major of its compute capability; 0 where it is not told
   * @param minor of it
   * @param driver its driver's version
   * @param mebibytes of its memory; 0 where it is not told
   */
  public record Gpu(int index, String name, int major, int minor, String driver, long mebibytes) {}

  /** Those that {@code nvidia-smi} tells of; none where it is not there. */
  public static List<Gpu> ofThisMachine() {
    return of(NvidiaSmi.ask(FIELDS));
  }

  /** The same of lines {@code INDEX, NAME, CAPABILITY, DRIVER, MIB}. */
  static List<Gpu> of(List<String> lines) {
    List<Gpu> gpus = new ArrayList<>();
    for (NvidiaSmi.Row row : NvidiaSmi.rows(lines, 4)) {
      String[] capability = row.values().get(1).split("\\.");
      boolean told = row.values().get(1).matches("[0-9]{1,3}\\.[0-9]{1,3}");
      Long mebibytes = row.number(3);
      gpus.add(
          new Gpu(
              row.gpu(),
              row.values().get(0),
              told ? Integer.parseInt(capability[0]) : 0,
              told ? Integer.parseInt(capability[1]) : 0,
              row.values().get(2),
              mebibytes == null ? 0 : mebibytes));
    }
    return gpus;
  }

  /** CUDA and cuDNN of the libtorch that is loaded, which must have natives for GPUs. */
  public static String runtime() {
    CUDAHooksInterface hooks = torch.getCUDAHooks();
    return "CUDA "
        + hooks.versionCUDART()
        + (hooks.hasCuDNN() ? ", cuDNN " + hooks.versionRuntimeCuDNN() : ", no cuDNN");
  }
}
