package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.vocab.PackedTokens;

class SpellingFilesTest {
  private static final AtomicInteger OPEN = new AtomicInteger();

  /** The local file system, which counts what is open. */
  public static final class Counted extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("counted:///");
    }

    @Override
    public FSDataInputStream open(Path file, int buffer) throws IOException {
      OPEN.incrementAndGet();
      return new FSDataInputStream(super.open(file, buffer)) {
        @Override
        public void close() throws IOException {
          OPEN.decrementAndGet();
          super.close();
        }
      };
    }
  }

  @TempDir java.nio.file.Path folder;
  private final Configuration conf = new Configuration();
  private SpellingFiles files;

  /** A mark, then shares of two words, none, and one. */
  @BeforeEach
  void write() throws IOException {
    conf.set("fs.counted.impl", Counted.class.getName());
    Path path = new Path("counted://" + folder.resolve("words"));
    int first = 1;
    String[][] shares = {{"a", "b"}, {}, {"c"}};
    for (int share = 0; share < shares.length; share++) {
      PackedTokens.Builder words = new PackedTokens.Builder();
      for (String word : shares[share]) {
        words.add(word.getBytes(StandardCharsets.UTF_8), 0, 1, 1);
      }
      SpellingFiles.write(
          path.getFileSystem(conf), path, share, first, List.of(words.take()).iterator(), 0);
      first += shares[share].length;
    }
    files =
        new SpellingFiles(
            new SerializableConfiguration(conf),
            path.toString(),
            List.of("<unk>"),
            0,
            new long[] {0, 2, 2, 3});
    OPEN.set(0);
  }

  private static List<String> words(PackedTokens block) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      words.add(
          new String(
              block.arena(),
              block.start(i),
              block.end(i) - block.start(i),
              StandardCharsets.UTF_8));
    }
    return words;
  }

  /** Who writes unigrams asks for no more words than there are. */
  @Test
  void aShareIsClosedWithItsLastWord() {
    Iterator<PackedTokens> all = files.all(conf);
    assertThat(words(all.next())).containsExactly("<unk>");
    assertThat(words(all.next())).containsExactly("a", "b");
    assertThat(OPEN).hasValue(0);
    assertThat(words(all.next())).containsExactly("c");
    assertThat(OPEN).hasValue(0);
    assertThat(all.hasNext()).isFalse();
  }

  @Test
  void whoStopsEarlyClosesIt() throws IOException {
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (int i = 0; i < 5000; i++) {
      words.add(new byte[] {'x'}, 0, 1, 1);
    }
    Path path = new Path("counted://" + folder.resolve("many"));
    SpellingFiles.write(path.getFileSystem(conf), path, 0, 0, List.of(words.take()).iterator(), 0);
    Iterator<PackedTokens> all =
        new SpellingFiles(
                new SerializableConfiguration(conf),
                path.toString(),
                List.of(),
                0,
                new long[] {0, 5000})
            .all(conf);
    all.next();
    assertThat(all.next().size()).isLessThan(5000);
    assertThat(OPEN).hasValue(1);
    ((Closeable) all).close();
    assertThat(OPEN).hasValue(0);
  }
}
