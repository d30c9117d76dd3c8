package org.seqlm.spark.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.trie.Spill;

final class OrderedPartsTest {
  @TempDir Path folder;

  /** All in memory, some on the disk, and each on the disk as it comes. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 1000, 0})
  void comeBackInOrder(long memory) throws IOException {
    Random random = new Random(memory);
    List<Integer> numbers = new ArrayList<>();
    byte[][] given = new byte[40][];
    for (int i = 0; i < given.length; i++) {
      given[i] = new byte[random.nextInt(200)];
      random.nextBytes(given[i]);
      numbers.add(i);
    }
    given[7] = new byte[0]; // never comes
    numbers.remove(7);
    Collections.shuffle(numbers, random);
    try (OrderedParts parts = new OrderedParts(given.length, new Spill(memory, folder))) {
      for (int number : numbers) {
        parts.put(number, given[number]);
      }
      for (int number = 0; number < given.length; number++) {
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        parts.writeTo(number, back);
        assertThat(back.toByteArray()).isEqualTo(given[number]);
        assertThat(parts.size(number)).isEqualTo(given[number].length);
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
