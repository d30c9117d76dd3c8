package org.seqlm.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

final class CompressionTest {
  private static final Configuration CONF = new Configuration();

  private static byte[] unpacked(byte[] stored) throws IOException {
    return Compression.unpacked(CONF, new ByteArrayInputStream(stored), "some.file").readAllBytes();
  }

  /** As tasks write one file together: each part packed by itself, an empty one, a large one. */
  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "BZIP2", "ZSTD", "XZ"})
  void partsAfterEachOtherAreOneFile(Compression compression) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    for (int length : new int[] {12, 0, 1, 150_000, 3}) {
      byte[] part = new byte[length];
      for (int i = 0; i < length; i++) {
        part[i] = (byte) ('a' + Math.min(random.nextInt(26), random.nextInt(26)));
      }
      plain.write(part);
      stored.write(compression.packed(part));
    }
    byte[] packed = stored.toByteArray();
    assertThat(unpacked(packed)).isEqualTo(plain.toByteArray());
    assertThat(Compression.ofContent(Compression.pushback(new ByteArrayInputStream(packed))))
        .isEqualTo(compression);
    assertThat(Compression.ofName("a.b" + compression.extension())).isEqualTo(compression);
    if (compression == Compression.NONE) {
      return;
    }
    assertThatThrownBy(() -> unpacked(Arrays.copyOf(packed, packed.length / 2)))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("some.file is a damaged " + compression.title() + " file (");
    // Wherever it breaks off but between two parts: in the last of them here.
    int last = compression.packed(new byte[] {'a', 'b', 'c'}).length;
    for (int cut = 1; cut < last; cut++) {
      byte[] most = Arrays.copyOf(packed, packed.length - cut);
      assertThatThrownBy(() -> unpacked(most)).as("%s", cut).isInstanceOf(UserException.class);
    }
    // What the file system says is no complaint of the codec.
    IOException broken = new IOException("the disk is gone");
    InputStream in =
        new FilterInputStream(new ByteArrayInputStream(packed)) {
          private int left = packed.length / 2;

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            if (left == 0) {
              throw broken;
            }
            int n = super.read(into, from, Math.min(left, length));
            left -= n;
            return n;
          }
        };
    assertThat(catchThrowable(() -> Compression.unpacked(CONF, in, "some.file").readAllBytes()))
        .isSameAs(broken);
  }

  @ParameterizedTest
  @CsvSource({
    "x.GZ, GZIP",
    "x.arpa.Bz2, BZIP2",
    "x.zst, ZSTD",
    "x.XZ, XZ",
    "x.Z, COMPRESS",
    "x.lz4, LZ4",
    "x.zip, ZIP",
    "x.br, BROTLI",
    "gz, NONE",
    "x.gz.txt, NONE",
    "xz, NONE"
  })
  void namesTell(String name, Compression expected) {
    assertThat(Compression.ofName(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "04224d1864, lz4",
    "1f9d9061, compress",
    "504b03041400, zip",
    "377abcaf271c0004, 7z",
    "5d00008000, lzma",
    "ff060000734e61507059, snappy"
  })
  void othersAreNamed(String start, String title) {
    byte[] bytes = HexFormat.of().parseHex(start);
    assertThatThrownBy(() -> unpacked(bytes))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("some.file is packed with " + title)
        .hasMessageContaining("gzip (.gz), bzip2 (.bz2), zstd (.zst) or xz (.xz)");
  }

  @Test
  void textIsText() throws IOException {
    for (String text : new String[] {"", "B", "BZh", "BZh9 is how bzip2 begins", "\\data\\\n"}) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      assertThat(unpacked(utf8)).isEqualTo(utf8);
    }
  }
}
