package org.seqlm.kernels;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** What a process tells of its libraries, and Linux of them, the processor and the caches. */
final class NativeLibraries {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
  private static final Pattern RELEASE = Pattern.compile("GNU C Library .* version ([0-9.]+[0-9])");

  /** Of a machine, and slow to read where it has many processors. */
  private static final class Processor {
    private static final Set<String> FLAGS =
        lines(PROCESSOR).stream()
            .filter(line -> line.startsWith("flags"))
            .findFirst()
            .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split(" +")))
            .orElse(Set.of());
  }

  /** Of a process: there is but one. */
  private static final class CLibrary {
    private static final Optional<String> RELEASE =
        loaded().stream()
            .filter(file -> file.getFileName().toString().matches("libc(\\.so.*|-[0-9.]+\\.so)"))
            .findFirst()
            .flatMap(NativeLibraries::release)
            .map(version -> "glibc " + version);
  }

  private NativeLibraries() {}

  /** Where a symbol that is global in this process lies; null if nobody has it. */
  static Pointer symbol(String name) {
    Loader.load(org.bytedeco.javacpp.presets.javacpp.class);
    return Loader.addressof(name);
  }

  /** Files of the shared libraries that this process has loaded. */
  static Set<Path> loaded() {
    return lines(MAPS).stream()
        .map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
        .filter(file -> file.contains(".so"))
        .map(Path::of)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The instruction sets and features of the processor, in Linux's words; empty if not told. */
  static Set<String> processorFlags() {
    return Processor.FLAGS;
  }

  /** The C library and its release, for instance {@code glibc 2.36}. */
  static Optional<String> cLibrary() {
    return CLibrary.RELEASE;
  }

  /** glibc says what it is in a text of its own. */
  private static Optional<String> release(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      Matcher matcher = RELEASE.matcher(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** For instance {@code L1 32K, L2 1024K}: what a core has for data, without the shared last. */
  static Optional<String> caches() {
    List<String> told = new ArrayList<>();
    try (Stream<Path> indexes = Files.list(CACHES)) {
      for (Path index : indexes.filter(path -> Files.isReadable(path.resolve("size"))).toList()) {
        String level = Files.readString(index.resolve("level")).strip();
        String type = Files.readString(index.resolve("type")).strip();
        if (!type.equals("Instruction") && Integer.parseInt(level) <= 2) {
          told.add("L" + level + " " + Files.readString(index.resolve("size")).strip());
        }
      }
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
    told.sort(null);
    return told.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", told));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }
}
