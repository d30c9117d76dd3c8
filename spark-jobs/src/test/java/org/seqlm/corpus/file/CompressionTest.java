package org.seqlm.corpus.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

public final class CompressionTest {
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
    "4c5a4950010c, lzip",
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

  /** A file of a few bytes whose header asks for a dictionary of 1.5 GiB. */
  public static byte[] xzOfALargeDictionary() {
    byte[] packed = Compression.XZ.packed(new byte[] {'a', '\n'});
    int header = 12; // of the first block, after the stream's; 8 bytes and their CRC
    packed[header + 4] = 37;
    CRC32 crc = new CRC32();
    crc.update(packed, header, 8);
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).putInt(header + 8, (int) crc.getValue());
    return packed;
  }

  @Test
  void aFileThatTakesTooMuchMemoryIsNotDamaged() {
    assumeThat(Runtime.getRuntime().maxMemory()).isLessThan(6L << 30);
    assertThatThrownBy(() -> unpacked(xzOfALargeDictionary()))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageMatching(
            "some.file takes 1,53\\d MiB of memory to unpack, more than .* MiB, a quarter of the"
                + " heap: give spark.driver.memory and spark.executor.memory more, .*");
  }

  @Test
  void textIsText() throws IOException {
    for (String text :
        new String[] {
          "", "B", "BZh", "BZh9 is how bzip2 begins", "LZIP", "LZIP is a packer\n", "\\data\\\n"
        }) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      assertThat(unpacked(utf8)).isEqualTo(utf8);
    }
  }
}
