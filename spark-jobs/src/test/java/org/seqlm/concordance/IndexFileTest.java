package org.seqlm.concordance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexFileTest {
  /** Every byte that is changed is either never read or told of as damage. */
  @Test
  void tellsDamage() throws IOException {
    Random random = new Random(5);
    WrittenIndex index = new WrittenIndex(WrittenIndex.WORDS, 50).file("x").document();
    for (int l = 1; l <= 40; l++) {
      index.line("w" + random.nextInt(90) + " und so weiter w" + random.nextInt(9), l);
    }
    byte[] whole = index.part().files.get(0);
    List<List<Long>> found = index.find("w* und {0,2} weiter");
    List<String> lines = index.lines("w7*", 5);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      int at = i < 30 ? whole.length - 1 - i : random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      index.files.set(0, i % 7 == 3 ? Arrays.copyOf(whole, at) : damaged);
      try {
        assertThat(index.find("w* und {0,2} weiter")).isEqualTo(found);
        assertThat(index.lines("w7*", 5)).isEqualTo(lines);
      } catch (DamagedIndexException e) {
        assertThat(e).hasMessageStartingWith("segments/0 is damaged: ");
      }
    }
    index.files.set(0, new byte[7]);
    assertThatThrownBy(() -> index.find("w1"))
        .isInstanceOf(DamagedIndexException.class)
        .hasMessage("segments/0 is damaged: it has 7 bytes");
  }

  @Test
  void oneWordOfAMebibyteIsFoundByItsBeginning() throws IOException {
    String word = "é".repeat(1 << 19);
    WrittenIndex index =
        new WrittenIndex(WrittenIndex.WORDS, 1 << 20)
            .file("x")
            .document()
            .line("before " + word + " after", 1)
            .line("é" + " !".repeat(1 << 16) + " end", 2)
            .part();
    assertThat(index.find(word)).containsExactly(List.of(1L, 1L, 1L));
    assertThat(index.find("éé*")).containsExactly(List.of(1L, 1L, 1L));
    assertThat(index.find("before " + word + " after")).hasSize(1);
    assertThat(index.lines("after", 1).get(0)).hasSizeLessThan(600).contains("é… [after]");
    assertThat(index.lines("end", 1).get(0))
        .hasSizeLessThan(100)
        .startsWith("é ! ! ")
        .contains("…");
    assertThat(index.files.get(0).length).isLessThan(2000);
  }

  @Test
  void manyDifferentWordsAndEmptyDocuments() throws IOException {
    WrittenIndex index = new WrittenIndex(WrittenIndex.WORDS, 1 << 15).file("x");
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      line.append("word").append(Integer.toString(i, 36)).append(' ');
    }
    for (int i = 0; i < 1000; i++) {
      index.document();
    }
    index.line(line.toString(), 1);
    for (int i = 0; i < 1000; i++) {
      index.document().line("...", 2 + i);
    }
    index.part();
    assertThat(index.find("word0")).containsExactly(List.of(0L, 1L, 1000L));
    assertThat(index.find("word255q word255r")).containsExactly(List.of(99_998L, 2L, 1000L));
    assertThat(index.find("*zz")).hasSize(100_000 / 1296);
    assertThat(index.find("w*")).hasSize(100_000);
  }

  /** Lines longer than a block of lines, and contexts over the ends of blocks, files and lines. */
  @Test
  void drawsOverAllBounds() throws IOException {
    WrittenIndex index = new WrittenIndex(WrittenIndex.WORDS, 1 << 20).file("x").document();
    int words = 0;
    for (int l = 1; l <= 6; l++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < 9_000; i++) {
        line.append(i == 0 ? "" : ", ").append('w').append(words++);
      }
      index.line(line.toString(), l);
      if (l % 2 == 0) {
        index.part().file("x");
      }
    }
    index.part();
    Random random = new Random(3);
    try (Index open = index.open()) {
      ContextReader reader = new ContextReader(open, WrittenIndex.WORDS);
      for (int i = 0; i < 300; i++) {
        int word = i < 12 ? Math.max(0, i / 2 * 9_000 - i % 2) : random.nextInt(words);
        ContextLine line = reader.line(word, 1, 3, 3);
        StringBuilder left = new StringBuilder();
        for (int w = Math.max(0, word - 3); w < word; w++) {
          left.append('w').append(w).append(w % 9_000 == 8_999 ? " " : ", ");
        }
        assertThat(line.left()).isEqualTo(left.toString());
        assertThat(line.keyword()).isEqualTo("w" + word);
        assertThat(line.record()).isEqualTo(word / 9_000 + 1);
        assertThat(line.rightWords()).hasSize(Math.min(3, words - 1 - word));
      }
    }
  }

  @Test
  void aTextWithoutWordsHasAnIndex() throws IOException {
    WrittenIndex index =
        new WrittenIndex(WrittenIndex.WORDS, 10).file("x").document().part().part();
    assertThat(index.find("a*")).isEmpty();
    assertThat(index.parts).containsExactly(new Index.Part(0, 1), new Index.Part(0, 0));
  }
}
