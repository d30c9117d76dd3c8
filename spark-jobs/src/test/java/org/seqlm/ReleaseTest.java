package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a release unpacks to, as deploy/release/archive.xml says, without making one. */
class ReleaseTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Some files of the archive and their mode. */
  private record FileSet(List<String> includes, List<String> excludes, String mode) {
    boolean has(String file) {
      return includes.stream().anyMatch(each -> matches(each, file))
          && excludes.stream().noneMatch(each -> matches(each, file));
    }

    private static boolean matches(String pattern, String file) {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(file));
    }
  }

  private static List<String> values(String xml, String tag) {
    return Pattern.compile("<" + tag + ">([^<]+)</" + tag + ">")
        .matcher(xml)
        .results()
        .map(one -> one.group(1))
        .toList();
  }

  private static List<FileSet> sets() throws IOException {
    List<FileSet> sets = new ArrayList<>();
    String xml = Files.readString(ROOT.resolve("deploy/release/archive.xml"));
    for (String set : xml.split("<fileSet>", -1)) {
      if (set.contains("<directory>")) {
        sets.add(
            new FileSet(
                values(set, "include"), values(set, "exclude"), values(set, "fileMode").get(0)));
      }
    }
    return sets;
  }

  private static List<String> files(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
          .filter(file -> !file.contains("/target/"))
          .toList();
    }
  }

  @Test
  void everyFileOfUsersIsThereOnceAndRunsIfItIsAProgram() throws IOException {
    List<String> all = new ArrayList<>();
    for (String folder : List.of("bin", "conf", "deploy", "docs")) {
      all.addAll(files(folder));
    }
    all.addAll(List.of("README.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "NOTICE", "pom.xml"));
    List<FileSet> sets = sets();
    assertThat(sets).hasSize(2);
    for (String file : all) {
      List<FileSet> of = sets.stream().filter(set -> set.has(file)).toList();
      assertThat(of).as(file + " in deploy/release/archive.xml").hasSize(1);
      assertThat(of.get(0).mode())
          .as("mode of " + file)
          .isEqualTo(Files.isExecutable(ROOT.resolve(file)) ? "0755" : "0644");
    }
  }

  @Test
  void everyPatternIsOfAFile() throws IOException {
    List<String> all = new ArrayList<>(List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md"));
    all.addAll(List.of("SECURITY.md", "LICENSE", "NOTICE", "pom.xml"));
    for (String folder : List.of("bin", "conf", "deploy", "docs")) {
      all.addAll(files(folder));
    }
    for (FileSet set : sets()) {
      for (String include : set.includes()) {
        assertThat(all).as(include).anyMatch(file -> FileSet.matches(include, file));
      }
    }
  }

  /** The launcher of an unpacked archive finds what it looks for. */
  @Test
  void theLauncherFindsTheJarAndTheVersionOfSpark() throws IOException {
    String launcher = Files.readString(ROOT.resolve("bin/seqlm"));
    String archive = Files.readString(ROOT.resolve("deploy/release/archive.xml"));
    assertThat(launcher).contains("jar=$root/spark-jobs/target/seqlm.jar");
    assertThat(archive)
        .contains("<source>${project.build.directory}/seqlm.jar</source>")
        .contains("<outputDirectory>spark-jobs/target</outputDirectory>");
    TreeSet<String> versions = new TreeSet<>();
    for (String pom : List.of("pom.xml", "spark-jobs/pom.xml", "deploy/spark/pom.xml")) {
      String text = Files.readString(ROOT.resolve(pom));
      versions.add(values(text, "version").get(0));
    }
    assertThat(versions).hasSize(1);
  }
}
