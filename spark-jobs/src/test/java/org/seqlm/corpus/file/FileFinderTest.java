package org.seqlm.corpus.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.corpus.BadKind;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.store.LocalNames;

public class FileFinderTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("b/one.txt", "b/deep/two.txt", "c/three.log", "c/10:00.txt")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name + "\n");
    }
  }

  private static List<String> find(Object... inputs) throws IOException {
    List<String> paths = Stream.of(inputs).map(Object::toString).toList();
    return FileFinder.find(CONF, paths).stream().map(FileFinder.Found::relative).sorted().toList();
  }

  private static RangeSummary read(Object input, StringBuilder text) throws IOException {
    CorpusSource source = CorpusSource.of(List.of(input.toString()));
    RangeSummary total = new RangeSummary();
    for (CorpusRange range : CorpusPlan.of(CONF, source).ranges()) {
      RangeSummary part =
          RangeLines.read(
              CONF, source, range, new long[range.pieces().size()], new Collecting(text), n -> {});
      total = total.records() == 0 ? part : total;
    }
    return total;
  }

  /** Puts lines together. */
  public record Collecting(StringBuilder text) implements RangeLines.Sink {
    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {}

    @Override
    public void startDocument() {}

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
      text.append(new String(utf8, from, to - from, StandardCharsets.UTF_8)).append('\n');
    }

    @Override
    public void endPiece(boolean goesOn) {}
  }

  @Test
  void eachFileOnceUnderItsOwnName() throws IOException {
    List<String> all = List.of("b/deep/two.txt", "b/one.txt", "c/10:00.txt", "c/three.log");
    assertThat(find(folder)).isEqualTo(all);
    // To itself, to a folder above, to a folder and to a file beside it that come later.
    Files.createSymbolicLink(folder.resolve("b/deep/self"), folder.resolve("b/deep"));
    Files.createSymbolicLink(folder.resolve("c/up"), folder);
    Files.createSymbolicLink(folder.resolve("a"), folder.resolve("c"));
    Files.createSymbolicLink(folder.resolve("a.txt"), folder.resolve("b/one.txt"));
    assertThat(find(folder)).isEqualTo(all);
    assertThat(find(folder, folder + "/b/../b", folder.resolve("b"))).isEqualTo(all);
    // What lies elsewhere is found by the link's name.
    assertThat(find(folder.resolve("a"))).contains("10:00.txt", "three.log", "up/b/one.txt");
    assertThat(find(folder.resolve("a.txt"))).containsExactly("a.txt");
  }

  @Test
  void aLinkThatLeadsNowhereIsAnUnreadableFile() throws IOException {
    Files.createSymbolicLink(folder.resolve("b/gone.txt"), folder.resolve("nowhere"));
    Files.createSymbolicLink(folder.resolve("b/round.txt"), folder.resolve("b/round.txt"));
    assertThat(find(folder + "/b/*.txt")).containsExactly("gone.txt", "one.txt", "round.txt");
    RangeSummary summary = read(folder.resolve("b"), new StringBuilder());
    assertThat(summary.bad(BadKind.UNREADABLE_FILE)).isEqualTo(2);
    assertThat(summary.firstBad(BadKind.UNREADABLE_FILE)).contains("b/gone.txt");
    assertThat(summary.records()).isEqualTo(2);
  }

  @Test
  void pipesAreRefused() throws Exception {
    Path pipe = folder.resolve("b/pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (String input : List.of(folder + "", folder + "/b/p*", pipe + "", "/dev/null")) {
      assertThatThrownBy(() -> find(input))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageContaining("is no regular file but a pipe or a device")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void namesWithColonsAreRead() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path file = folder.resolve("c/10:00.txt");
    for (Object input :
        List.of(
            file,
            "file:" + file,
            here.relativize(file),
            folder + "/c/*.txt",
            folder + "/c/1?:[0-9]0.{txt,log}")) {
      StringBuilder text = new StringBuilder();
      read(input, text);
      assertThat(text).as(input.toString()).hasToString("c/10:00.txt\n");
    }
    assertThat(find(folder.resolve("c"))).containsExactly("10:00.txt", "three.log");
  }

  /** Where no name has a colon, globs are Hadoop's. */
  @Test
  void globsMatchWhatHadoopMatches() throws IOException {
    Files.delete(folder.resolve("c/10:00.txt"));
    Files.writeString(folder.resolve("b/[x].txt"), "x\n");
    FileSystem fs = FileSystem.getLocal(CONF);
    for (String glob :
        List.of(
            "*",
            "b/*",
            "*/*.txt",
            "{b,c}/*",
            "[bc]/*.{log,txt}",
            "b/o?e.txt",
            "*/deep",
            "b/one.txt",
            "b/\\[x\\].txt",
            "{b/deep,c}/t*",
            "x*",
            "*/none.txt",
            "b/one.txt/*")) {
      FileStatus[] theirs = fs.globStatus(new org.apache.hadoop.fs.Path(folder + "/" + glob));
      List<String> expected =
          theirs == null ? List.of() : Stream.of(theirs).map(s -> s.getPath().toString()).toList();
      assertThat(
              FileFinder.glob(
                      fs,
                      fs.makeQualified(new org.apache.hadoop.fs.Path(folder + "/" + glob)),
                      glob)
                  .stream()
                  .map(status -> status.getPath().toString()))
          .as(glob)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThatThrownBy(() -> find(folder + "/[a"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
  }

  /** A store of which one may see no more than what lies below {@code b}. */
  public static final class OneFolder extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("one://bucket");
    }

    private static void check(org.apache.hadoop.fs.Path path) throws IOException {
      if (!(path.toUri().getPath() + "/").contains("/b/")) {
        throw new AccessControlException("not allowed: " + path);
      }
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      check(path);
      return super.getFileStatus(path);
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      check(path);
      return super.listStatus(path);
    }
  }

  @Test
  void aGlobAsksForNothingAboveItsFirstPattern() throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.one.impl", OneFolder.class.getName());
    Files.writeString(folder.resolve("b/10:00.txt"), "x\n");
    List<String> both = List.of("one.txt", "10:00.txt");
    List<String> deep = List.of("deep/two.txt");
    Map<String, List<String>> globs =
        Map.of("/*.txt", both, "/{one,10:00}.txt", both, "/*p/two.txt", deep, "/*/*", deep);
    for (String glob : globs.keySet()) {
      assertThat(FileFinder.find(conf, List.of("one://bucket" + folder + "/b" + glob)))
          .as(glob)
          .extracting(FileFinder.Found::relative)
          .containsExactlyInAnyOrderElementsOf(globs.get(glob));
    }
  }

  /** It would be left out, or be a link that leads nowhere. */
  @Test
  void aNameThatIsNoUtf8IsRefused() throws Exception {
    assumeThat(LocalNames.charset()).isEqualTo(StandardCharsets.UTF_8);
    Process shell =
        new ProcessBuilder("sh", "-c", "printf 'x\\n' > \"$(printf 'd\\351p.txt')\"")
            .directory(folder.resolve("b").toFile())
            .start();
    assertThat(shell.waitFor()).isZero();
    for (Object input : List.of(folder, folder + "/b", folder + "/b/*.txt")) {
      assertThatThrownBy(() -> find(input))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageContaining("d?p.txt is no UTF-8: rename it");
    }
  }

  /** Hadoop's checksum of a file that a person has edited since is no concern of anybody's. */
  @Test
  void anEditedFileIsReadAsItIs() throws IOException {
    Path file = folder.resolve("b/one.txt");
    try (OutputStream out =
        FileSystem.getLocal(CONF).create(new org.apache.hadoop.fs.Path(file.toUri()), true)) {
      out.write("one\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(folder.resolve("b/.one.txt.crc")).exists();
    Files.writeString(file, "one\nand two\n");
    StringBuilder text = new StringBuilder();
    assertThat(read(file, text).bad(BadKind.UNREADABLE_FILE)).isZero();
    assertThat(text).hasToString("one\nand two\n");
  }
}
