package org.seqlm.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kind of processor of this machine: what figures were measured on. Which bits a training ends
 * with depends on what native libraries chose, {@link org.seqlm.kernels.KernelChoice}.
 */
public final class Processor {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  /** What linear algebra libraries look at. */
  private static final List<String> EXTENSIONS = List.of("avx2", "fma", "avx512f", "amx_tile");

  private static final String KIND = find();

  private Processor() {}

  /** Its model and vector extensions where the system tells them, else its architecture. */
  public static String kind() {
    return KIND;
  }

  private static String find() {
    String architecture = System.getProperty("os.arch");
    if (!Files.isReadable(LINUX)) {
      return architecture;
    }
    try {
      return kind(architecture, Files.readAllLines(LINUX));
    } catch (IOException e) {
      return architecture;
    }
  }

  /** From the lines of {@code /proc/cpuinfo}. */
  public static String kind(String architecture, List<String> lines) {
    List<String> parts = new ArrayList<>(List.of(architecture));
    value(lines, "model name").ifPresent(parts::add);
    value(lines, "flags")
        .ifPresent(
            flags -> {
              List<String> has = List.of(flags.split(" "));
              EXTENSIONS.stream().filter(has::contains).forEach(parts::add);
            });
    return String.join(" ", parts);
  }

  private static java.util.Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key) && line.contains(":"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst();
  }
}
