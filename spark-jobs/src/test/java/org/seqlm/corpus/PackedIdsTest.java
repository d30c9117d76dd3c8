package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedIdsTest {
  @ParameterizedTest
  @CsvSource({"0,1", "255,1", "256,2", "65535,2", "65536,4", "2147483647,4"})
  void theLargestIdDecidesTheWidth(int largest, int width) {
    int[] ids = {0, largest, 1, 77};
    PackedIds packed = PackedIds.of(ids, 3);
    assertThat(packed.width()).isEqualTo(width);
    assertThat(packed.bytes()).hasSize(3 * width);
    assertThat(packed.size()).isEqualTo(3);
    assertThat(packed.unpack()).containsExactly(0, largest, 1);
  }

  @Test
  void packedIdsAreLittleEndian() {
    assertThat(PackedIds.of(new int[] {0x0201}, 1).bytes()).containsExactly(1, 2);
    assertThat(PackedIds.of(new int[] {0x04030201}, 1).bytes()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void whatIsPackedComesOutAgain() {
    Random random = new Random(5);
    for (int run = 0; run < 300; run++) {
      int bound = 1 << random.nextInt(31);
      int[] ids = random.ints(random.nextInt(50), 0, bound).toArray();
      PackedIds packed = PackedIds.of(ids, ids.length);
      assertThat(new PackedIds(packed.width(), packed.bytes()).unpack()).isEqualTo(ids);
      assertThat(packed.unpack()).isEqualTo(Arrays.copyOf(ids, ids.length));
    }
  }

  @Test
  void bytesMustBeWholeIds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new PackedIds(2, new byte[3]));
    assertThatIllegalArgumentException().isThrownBy(() -> new PackedIds(3, new byte[3]));
  }
}
