package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of a mapped file are the file's, wherever its segments end. */
class MappedFileTest {
  @TempDir Path folder;

  @Test
  void numbersAtEveryPlaceAcrossSegments() throws Exception {
    for (int size : new int[] {0, 1, 7, 8, 9, 15, 16, 17, 100}) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      Path file = Files.write(folder.resolve("f" + size), bytes);
      ByteBuffer want = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int bits : new int[] {3, 4, 30}) {
        MappedFile mapped = MappedFile.open(file, bits);
        assertThat(mapped.size()).isEqualTo(size);
        for (int at = 0; at < size; at++) {
          assertThat(mapped.get(at)).isEqualTo(bytes[at]);
          if (at + 4 <= size) {
            assertThat(mapped.getInt(at)).isEqualTo(want.getInt(at));
            assertThat(Float.floatToRawIntBits(mapped.getFloat(at))).isEqualTo(want.getInt(at));
          }
          if (at + 8 <= size) {
            assertThat(mapped.getLong(at)).isEqualTo(want.getLong(at));
          }
          byte[] some = new byte[size - at + 2];
          mapped.get(at, some, 1, size - at);
          assertThat(Arrays.copyOfRange(some, 1, size - at + 1))
              .isEqualTo(Arrays.copyOfRange(bytes, at, size));
        }
        if (size >= 8) {
          long[] places = {0, size - 8, size / 2 - 4, 7};
          long[] longs = new long[4];
          mapped.getLongs(places, 3, longs);
          assertThat(longs)
              .containsExactly(
                  want.getLong(0), want.getLong(size - 8), want.getLong(size / 2 - 4), 0);
        }
        assertThatThrownBy(() -> mapped.getLong(size - 7))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> mapped.get(size, new byte[1], 0, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }
}
