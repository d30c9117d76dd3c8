package org.seqlm.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.seqlm.UserException;

/**
 * Pins what the native libraries of a process will choose, and sees whether they did. {@link
 * #pin(KernelSet)} comes before any of them loads, {@link #check} after.
 */
public final class Kernels {
  /** JavaCPP's property that puts another library, for instance MKL, in OpenBLAS's place. */
  static final String REPLACED = "org.bytedeco.openblas.load";

  private static final String SETTING = "execution.kernels portable";
  private static final String NATIVE = ", or set execution.kernels to native";

  /** What the pinned libraries say. */
  private static final Map<String, String> CHOICE =
      Map.of(
          KernelChoice.OPENBLAS, "HASWELL",
          KernelChoice.LIBTORCH, "AVX2",
          KernelChoice.ONEDNN, "avx2",
          KernelChoice.PRODUCTS, "libtorch");

  private static boolean pinned;
  private static boolean forGpus;

  private Kernels() {}

  /**
   * Has the libraries that this process loads from now on choose these kernels, whatever its
   * environment says. A second time does nothing.
   *
   * @throws UserException with exit code 5 if this machine cannot compute with them
   */
  public static synchronized void pin(KernelSet kernels) {
    if (kernels == KernelSet.NATIVE || pinned) {
      return;
    }
    List<String> problems =
        problems(
            Loader.getPlatform(),
            NativeLibraries.processorFlags(),
            ProcessEnvironment.all(),
            System.getProperty(REPLACED, ""));
    if (!problems.isEmpty()) {
      throw UserException.platform(String.join("; ", problems));
    }
    ProcessEnvironment.set(KernelVariables.pins(kernels));
    pinned = true;
  }

  /**
   * Has CUDA, which must not have begun in this process, do as the rest of this program takes for
   * granted: number GPUs as nvidia-smi does, by their place on the bus, where it would begin with
   * the fastest; round no float32 that nobody asked it to; and add up in one order, whatever
   * streams there are. Elsewhere than on Linux the environment is as it is.
   */
  public static synchronized void forGpus() {
    if (forGpus || !ProcessEnvironment.isReachable()) {
      return;
    }
    ProcessEnvironment.set(KernelVariables.forGpus(ProcessEnvironment.all()));
    forGpus = true;
  }

  /** A variable as native libraries of this process see it; null where it is not set. */
  public static String variable(String name) {
    return ProcessEnvironment.all().get(name);
  }

  /**
   * Sets a variable as native libraries of this process see it.
   *
   * @return false where their environment is out of reach, as elsewhere than on Linux
   */
  public static boolean set(String name, String value) {
    if (!ProcessEnvironment.isReachable()) {
      return false;
    }
    ProcessEnvironment.set(Map.of(name, value));
    return true;
  }

  /** Whether this process has pinned the portable set. */
  static synchronized boolean pinned() {
    return pinned;
  }

  /** Why a machine cannot compute with the portable set. */
  static List<String> problems(
      String platform, Set<String> flags, Map<String, String> environment, String replaced) {
    List<String> problems = new ArrayList<>();
    if (!platform.equals("linux-x86_64")) {
      problems.add(
          SETTING + " is of linux-x86_64, but this is " + platform + ": train there" + NATIVE);
    } else if (!flags.containsAll(List.of("avx2", "fma"))) {
      problems.add(
          SETTING
              + " needs a processor with AVX2 and FMA, which this one lacks: take another machine"
              + NATIVE);
    }
    if (environment.getOrDefault("GLIBC_TUNABLES", "").contains("hwcaps")) {
      problems.add(
          SETTING
              + " needs the C library's own choice, which GLIBC_TUNABLES masks ("
              + environment.get("GLIBC_TUNABLES")
              + ") since before this program began: unset it"
              + NATIVE);
    }
    if (!replaced.isEmpty()) {
      problems.add(
          SETTING
              + " is of OpenBLAS, but "
              + REPLACED
              + " puts "
              + replaced
              + " in its place: leave it out"
              + NATIVE);
    }
    return problems;
  }

  /**
   * Sees what was chosen.
   *
   * @param chosen by what computed
   * @throws UserException with exit code 5 if it is not what was asked for
   */
  public static void check(KernelSet kernels, KernelChoice chosen) {
    if (kernels == KernelSet.NATIVE) {
      return;
    }
    if (chosen.chosen().containsKey(KernelChoice.GPU)) {
      throw UserException.platform(
          SETTING
              + " is of CPUs, but this task computes on the GPU that it was given, "
              + chosen.chosen().get(KernelChoice.GPU)
              + ": set execution.device to cpu"
              + NATIVE);
    }
    for (String library : chosen.differences(KernelChoice.none().with(CHOICE))) {
      throw UserException.platform(
          SETTING
              + " needs "
              + library
              + " "
              + CHOICE.get(library)
              + ", but it is "
              + chosen.chosen().get(library)
              + ": it was loaded before the training began, so train in a process of its own"
              + NATIVE);
    }
  }
}
