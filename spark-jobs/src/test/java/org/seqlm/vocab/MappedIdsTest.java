package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedIdsTest {
  @TempDir Path folder;

  private static byte[] bytes(int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length);
    bytes.asIntBuffer().put(ids);
    return bytes.array();
  }

  /** Also where they take several mappings, as with more than 2^28 ids. */
  @Test
  void idsAreReadWhereverTheyLie() throws IOException {
    int[] ids = new Random(5).ints(1000, 0, Integer.MAX_VALUE).toArray();
    for (int bits : new int[] {2, 3, 9, 10, 28}) {
      MappedIds mapped =
          MappedIds.copy(
              new ByteArrayInputStream(bytes(ids)), ids.length, folder.resolve("ids"), bits);
      assertThat(IntStream.range(0, ids.length).map(mapped).toArray()).isEqualTo(ids);
    }
    // What is mapped needs no name.
    assertThat(folder.resolve("ids")).isEmptyDirectory();
    assertThat(MappedIds.copy(new ByteArrayInputStream(new byte[0]), 0, folder)).isNotNull();
  }

  @Test
  void whatIsCutShortIsRefused() {
    assertThatThrownBy(() -> MappedIds.copy(new ByteArrayInputStream(bytes(new int[3])), 4, folder))
        .isInstanceOf(EOFException.class)
        .hasMessage("what 4 ids become takes 16 bytes, not 12");
    assertThat(folder).isEmptyDirectory();
  }
}
