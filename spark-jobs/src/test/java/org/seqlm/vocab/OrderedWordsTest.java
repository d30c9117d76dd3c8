package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OrderedWordsTest {
  private static NumberedWords words(int[] ids, String... tokens) {
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (int i = 0; i < tokens.length; i++) {
      byte[] utf8 = tokens[i].getBytes(StandardCharsets.UTF_8);
      words.add(utf8, 0, utf8.length, 10L * ids[i]);
    }
    return new NumberedWords(0, ids, words.take());
  }

  @Test
  void piecesComeInAnyOrder() {
    OrderedWords ordered = new OrderedWords(3, 5, 9);
    ordered.add(words(new int[] {6, 8}, "six", "eight"));
    ordered.add(words(new int[] {1, 2, 5}, "<s>", "</s>", "five"));
    ordered.add(words(new int[] {7}, ""));
    List<String> read = new ArrayList<>();
    ordered.read(
        (id, utf8, from, to, count) ->
            read.add(id + new String(utf8, from, to - from, StandardCharsets.UTF_8) + count));
    assertThat(read).containsExactly("5five50", "6six60", "770", "8eight80");
    assertThat(ordered.reservedCount(2)).isEqualTo(20);
    assertThat(ordered.reservedCount(0)).isZero();
    assertThat(new OrderedWords(1, 1, 1).reservedCount(2)).isZero();
  }
}
