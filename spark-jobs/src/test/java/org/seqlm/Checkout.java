package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What users have: SeqLM as a release is unpacked, in a folder whose name holds what shells take
 * for something else, and a Spark as {@code bin/seqlm} assembles it.
 */
final class Checkout {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  private final Path root;

  /**
   * @param folder where to put it, or put it anew; no temporary one, for JUnit warns of links there
   */
  Checkout(Path folder) throws IOException {
    root = folder.resolve("SeqLM's $HOME");
    for (String part : List.of("bin", "conf", "deploy")) {
      try (Stream<Path> files = Files.walk(REPOSITORY.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = root.resolve(REPOSITORY.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.copy(
              file, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    Path jar = root.resolve("spark-jobs").resolve(SubmittedJar.JAR);
    Files.createDirectories(jar.getParent());
    Files.deleteIfExists(jar);
    Files.createSymbolicLink(jar, SubmittedJar.JAR.toAbsolutePath());
  }

  /** One of its programs, for instance {@code bin/seqlm}. */
  String program(String name) {
    return root.resolve(name).toString();
  }

  /**
   * A Spark of the tests' own jars.
   *
   * @param home where it is made, or made anew
   * @param more folders of jars
   */
  static Path assembleSpark(Path home, Path... more) throws IOException {
    Path jars = Files.createDirectories(home.resolve("jars"));
    List<Path> all = new ArrayList<>();
    for (String jar : SubmittedJar.classPathOfSpark().split(File.pathSeparator, -1)) {
      all.add(Path.of(jar));
    }
    for (Path folder : more) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(jar -> all.add(jar.toAbsolutePath()));
      }
    }
    try (Stream<Path> old = Files.list(jars)) {
      for (Path link : old.toList()) {
        Files.delete(link);
      }
    }
    for (Path jar : all) {
      Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
    }
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (String script : List.of("spark-class", "spark-submit")) {
      Path copy = bin.resolve(script);
      Files.deleteIfExists(copy);
      Files.copy(REPOSITORY.resolve("deploy/spark/bin").resolve(script), copy);
      assertThat(copy.toFile().setExecutable(true)).isTrue();
    }
    return home;
  }
}
