package org.seqlm.corpus.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;

class Bzip2BlocksTest {
  private static byte[] pack(byte[] bytes, int level) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(packed, level)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] unpack(byte[] bytes) throws IOException {
    try (InputStream in = Bzip2Blocks.of(new ByteArrayInputStream(bytes)).text()) {
      return in.readAllBytes();
    }
  }

  /** {@code printf 'hello\n' | bzip2}, of version 1.0.8. */
  @Test
  void aFileOfAnotherProgram() throws IOException {
    byte[] packed =
        HexFormat.of()
            .parseHex(
                "425a6839314159265359c1c080e2000001410000100244a00030cd00c3462997"
                    + "177245385090c1c080e2");
    assertThat(new String(unpack(packed), StandardCharsets.US_ASCII)).isEqualTo("hello\n");
  }

  /** Against another's packing: runs of all lengths, few bytes and all, no byte, large blocks. */
  @Test
  void whatWasPackedIsUnpacked() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int length = i == 0 ? 0 : 1 << random.nextInt(i % 20 == 0 ? 21 : 14);
      int bytes = 1 << random.nextInt(9);
      int longest = 1 + random.nextInt(i % 3 == 0 ? 1 : 600);
      byte[] plain = new byte[length];
      for (int at = 0; at < length; ) {
        int to = Math.min(length, at + 1 + random.nextInt(longest));
        Arrays.fill(plain, at, to, (byte) random.nextInt(bytes));
        at = to;
      }
      assertThat(unpack(pack(plain, 1 + random.nextInt(9)))).as("text %d", i).isEqualTo(plain);
    }
    byte[] same = new byte[3_000_000];
    assertThat(unpack(pack(same, 9))).isEqualTo(same);
  }

  /** From any block on, to the file's end. */
  @Test
  void everyBlockMayBeTheFirst() throws IOException {
    Random random = new Random(2);
    byte[] plain = new byte[450_000];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) ('a' + random.nextInt(26));
    }
    byte[] packed = pack(plain, 1);
    Bzip2Blocks all = Bzip2Blocks.of(new ByteArrayInputStream(packed));
    byte[] buffer = new byte[1 << 16];
    int before = 0;
    int blocks = 0;
    while (all.next()) {
      long start = all.start();
      int from = (int) (start >> 3);
      assertThat(
              Bzip2Blocks.find(
                  new ByteArrayInputStream(packed, from, packed.length), from, packed.length))
          .isEqualTo(start);
      int checksum = all.streams().after(0);
      byte[] rest;
      try (InputStream in =
          Bzip2Blocks.at(new ByteArrayInputStream(packed, from, packed.length), start, checksum)
              .text()) {
        rest = in.readAllBytes();
      }
      assertThat(rest).isEqualTo(Arrays.copyOfRange(plain, before, plain.length));
      if (blocks > 0) {
        assertThatThrownBy(
                () ->
                    Bzip2Blocks.at(
                            new ByteArrayInputStream(packed, from, packed.length),
                            start,
                            checksum + 1)
                        .text()
                        .readAllBytes())
            .hasMessageContaining("the checksum of a stream is wrong");
      }
      // Where the checksum before is not known, what the blocks add to it is.
      Bzip2Blocks unknown =
          Bzip2Blocks.at(new ByteArrayInputStream(packed, from, packed.length), start);
      unknown.text().readAllBytes();
      assertThat(unknown.streams().hold(checksum)).isTrue();
      assertThat(unknown.streams().hold(checksum + 1)).isFalse();
      for (int n = 0; n >= 0; n = all.read(buffer, 0, buffer.length)) {
        before += n;
      }
      blocks++;
    }
    assertThat(before).isEqualTo(plain.length);
    assertThat(blocks).isEqualTo(5);
  }
}
