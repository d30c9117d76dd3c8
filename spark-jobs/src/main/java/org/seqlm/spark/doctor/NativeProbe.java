package org.seqlm.spark.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.UserException;
import org.seqlm.artifact.Version;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.ProductLibrary;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * Loads the native libraries of both engines into this process, as a training does, which unpacks
 * them where they are not yet, and has each compute something.
 */
final class NativeProbe {
  private static final String CACHE_PROPERTY = "org.bytedeco.javacpp.cachedir";
  private static final String DL4J = "dl4j";
  private static final String TORCH = "torch";

  private NativeProbe() {}

  static ProcessFacts.Natives load() {
    Path folder = folder();
    long free = folder == null ? 0 : folder.toFile().getUsableSpace();
    Map<String, String> loaded = new TreeMap<>();
    Map<String, String> problems = new TreeMap<>();
    List<String> absent = new ArrayList<>();
    if (TorchDevice.onClassPath()) {
      attempt(TORCH, loaded, problems, NativeProbe::torch);
    } else {
      absent.add(TORCH);
    }
    attempt(DL4J, loaded, problems, NativeProbe::nd4j);
    Map<String, String> kernels = Map.of();
    if (problems.isEmpty()) {
      ProductLibrary.ofThisProcess();
      kernels = new TreeMap<>(KernelChoice.ofThisProcess().chosen());
    }
    String asked = System.getProperty(CACHE_PROPERTY);
    ProcessFacts.Cache cache =
        new ProcessFacts.Cache(
            folder == null ? null : folder.toString(),
            asked == null ? null : Path.of(asked).toAbsolutePath().normalize().toString(),
            free,
            folder == null ? 0 : unpacked(folder),
            folder == null ? 0 : stale(folder).size());
    return new ProcessFacts.Natives(loaded, problems, absent, kernels, cache);
  }

  /** What loads a library and says what it is. */
  private interface Attempt {
    String load();
  }

  private static void attempt(
      String engine, Map<String, String> loaded, Map<String, String> problems, Attempt attempt) {
    try {
      loaded.put(engine, attempt.load());
    } catch (UserException e) {
      problems.put(engine, e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e;
      while (cause.getCause() != null && cause.getCause() != cause) {
        cause = cause.getCause();
      }
      String why = cause.getMessage() == null ? "" : cause.getMessage().lines().findFirst().get();
      problems.put(engine, why.isBlank() ? cause.getClass().getSimpleName() : why);
    }
  }

  private static String torch() {
    EngineSettings.loadInOrder();
    TorchDevice.library();
    float[] three =
        TorchDevice.floats(TorchDevice.cpu().of(torch.ScalarType.Float, new float[] {1, 2}, 2));
    if (three[0] + three[1] != 3) {
      throw UserException.platform("libtorch loads, but does not keep two numbers");
    }
    return "libtorch for " + (TorchDevice.withCuda() ? "GPUs" : "CPUs");
  }

  private static String nd4j() {
    EngineSettings.loadInOrder();
    double three = Nd4j.createFromArray(1f, 2f).sumNumber().doubleValue();
    if (three != 3) {
      throw UserException.platform("ND4J loads, but 1 + 2 is " + three);
    }
    return "ND4J "
        + Version.deeplearning4j()
        + " for "
        + (Nd4j.getEnvironment().isCPU() ? "CPUs" : "GPUs");
  }

  /** Where JavaCPP unpacks; null if it can nowhere. */
  static Path folder() {
    try {
      File folder = Loader.getCacheDir();
      return folder.toPath().toAbsolutePath().normalize();
    } catch (IOException e) {
      return null;
    }
  }

  /** Bytes of all files there. */
  static long unpacked(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // another process of this machine is at work there
    }
  }

  /**
   * What a process left that ended, or ran out of room, while it unpacked: empty libraries, and
   * links that lead nowhere. JavaCPP makes them again.
   */
  static List<Path> stale(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(
              file ->
                  Files.isSymbolicLink(file)
                      ? !Files.exists(file)
                      : file.getFileName().toString().matches(".*\\.(so|dylib|dll)([.0-9]*)")
                          && Files.isRegularFile(file)
                          && file.toFile().length() == 0)
          .sorted()
          .toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }

  /**
   * Removes that.
   *
   * @return what was done, a line each
   */
  static List<String> removeStale() {
    List<String> done = new ArrayList<>();
    Path folder = folder();
    for (Path file : folder == null ? List.<Path>of() : stale(folder)) {
      try {
        Files.deleteIfExists(file);
        done.add("removed " + file + ", half unpacked");
      } catch (IOException e) {
        done.add("could not remove " + file + ": " + e.getMessage());
      }
    }
    return done;
  }
}
