package org.seqlm.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentSampleTest {
  private static DocumentWords document(long key) {
    DocumentWords.Builder words = new DocumentWords.Builder();
    words.add(1);
    return words.end(key);
  }

  private static List<Long> keys(DocumentSample sample) {
    return sample.documents().stream().map(document -> document.key).toList();
  }

  @Test
  void keepsTheLeastKeysHoweverTheyAreDealtOut() {
    Random random = new Random(4);
    List<Long> all = new ArrayList<>(random.longs(500).boxed().toList());
    List<Long> least = all.stream().sorted(Long::compareUnsigned).limit(20).toList();
    for (int round = 0; round < 20; round++) {
      Collections.shuffle(all, random);
      DocumentSample whole = new DocumentSample(20);
      DocumentSample part = new DocumentSample(20);
      for (long key : all) {
        if (part.wants(key)) {
          part.add(document(key));
        }
        if (random.nextInt(100) == 0) {
          part.documents().forEach(whole::add);
          part = new DocumentSample(20);
        }
      }
      part.documents().forEach(whole::add);
      whole.add(null);
      assertThat(keys(whole)).isEqualTo(least);
    }
  }

  @Test
  void aDocumentIsItsFirstWords() {
    DocumentWords.Builder words = new DocumentWords.Builder();
    assertThat(words.end(1)).isNull();
    for (int i = 0; i < DocumentWords.MOST_WORDS + 5; i++) {
      words.add(i < 3 ? 9 : 4);
    }
    assertThat(words.isFull()).isTrue();
    DocumentWords document = words.end(2);
    assertThat(document.ids).containsExactly(4, 9);
    assertThat(document.counts).containsExactly(DocumentWords.MOST_WORDS - 3, 3);
    assertThat(document.words()).isEqualTo(DocumentWords.MOST_WORDS);
    words.addUnknown(0, "b");
    words.addUnknown(0, "a");
    words.addUnknown(0, "b");
    DocumentWords unknown = words.end(3);
    assertThat(unknown.words()).isEqualTo(3);
    words.addUnknown(0, "a");
    assertThat(NewWord.of(List.of(unknown, words.end(4), document), 5))
        .containsExactly(new NewWord("a", 2, 2), new NewWord("b", 2, 1));
    assertThat(NewWord.of(List.of(unknown), 1)).containsExactly(new NewWord("b", 2, 1));
  }

  @Test
  void keysAreOfPlaces() {
    long key = DocumentSample.key(1, "a.txt", 0, 3);
    assertThat(DocumentSample.key(1, "a.txt", 0, 3)).isEqualTo(key);
    assertThat(
            List.of(
                DocumentSample.key(2, "a.txt", 0, 3),
                DocumentSample.key(1, "b.txt", 0, 3),
                DocumentSample.key(1, "a.txt", 1, 3),
                DocumentSample.key(1, "a.txt", 0, 4)))
        .doesNotContain(key)
        .doesNotHaveDuplicates();
  }
}
