package org.seqlm.corpus.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.GzipCodec;
import org.seqlm.UserException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/**
 * What a whole file is packed with. Four are read and written, with what every Spark brings; the
 * others are known by name, so that nobody takes such a file for text. Members, streams or frames
 * that stand one after the other are one file in all four.
 */
public enum Compression {
  NONE("nothing", Support.YES, List.of(), "(?!)"),
  GZIP("gzip", Support.YES, List.of(".gz"), "1f8b"),
  /** The block size, and the magic number of a first block or of the stream's end, follow. */
  BZIP2("bzip2", Support.YES, List.of(".bz2"), "425a683[1-9](314159265359|177245385090)"),
  ZSTD("zstd", Support.YES, List.of(".zst"), "28b52ffd|5.2a4d18"),
  XZ("xz", Support.YES, List.of(".xz"), "fd377a585a00"),
  LZ4("lz4", Support.NO, List.of(".lz4"), "04224d18"),
  /** Four letters, and the version of the format. */
  LZIP("lzip", Support.NO, List.of(".lz"), "4c5a4950(00|01)"),
  LZMA("lzma", Support.NO, List.of(".lzma"), "5d0000"),
  LZOP("lzop", Support.NO, List.of(".lzo"), "894c5a4f"),
  COMPRESS("compress", Support.NO, List.of(".z"), "1f9d"),
  SNAPPY("snappy", Support.NO, List.of(".snappy", ".sz"), "ff060000734e6150"),
  BROTLI("brotli", Support.NO, List.of(".br"), "(?!)"),
  ZIP("zip", Support.NO, List.of(".zip"), "504b0304"),
  SEVEN_ZIP("7z", Support.NO, List.of(".7z"), "377abcaf271c"),
  RAR("rar", Support.NO, List.of(".rar"), "526172211a07");

  /** Whether such files are read and written here. */
  private enum Support {
    YES,
    NO
  }

  /** Bytes by which all of them are known. */
  private static final int START = 10;

  /** Memory that unpacking zstd takes unless a setting allows more, as an exponent of 2. */
  static final int ZSTD_WINDOW_LOG = 27;

  /** Levels above take much memory a stream, of which a task writes several at once. */
  private static final int XZ_LEVEL = 1;

  private final String title;
  private final Support support;
  private final List<String> extensions;
  private final Pattern start;

  Compression(String title, Support support, List<String> extensions, String start) {
    this.title = title;
    this.support = support;
    this.extensions = extensions;
    this.start = Pattern.compile("(" + start + ").*");
  }

  /** What a file's name says, in letters of either case. */
  public static Compression ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Compression one : values()) {
      if (one.extensions.stream().anyMatch(lower::endsWith)) {
        return one;
      }
    }
    return NONE;
  }

  /** What a file is by its first bytes, which go back into the stream. */
  public static Compression ofContent(PushbackInputStream in) throws IOException {
    byte[] bytes = in.readNBytes(START);
    in.unread(bytes);
    String hex = HexFormat.of().formatHex(bytes);
    for (Compression one : values()) {
      if (one.start.matcher(hex).matches()) {
        return one;
      }
    }
    return NONE;
  }

  /** A stream of which {@link #ofContent} can be asked. */
  public static PushbackInputStream pushback(InputStream in) {
    return new PushbackInputStream(in, START);
  }

  /** Whether such files are read and written here. */
  public boolean supported() {
    return support == Support.YES;
  }

  /** What to tell of a file that is not {@link #supported}; it follows the file's name. */
  public String refusal() {
    return "is packed with "
        + title
        + ", which is neither read nor written here: unpack it, or pack it with gzip (.gz), bzip2"
        + " (.bz2), zstd (.zst) or xz (.xz)";
  }

  /** For instance {@code gzip}. */
  public String title() {
    return title;
  }

  /** With a dot; empty for {@link #NONE}. */
  public String extension() {
    return extensions.isEmpty() ? "" : extensions.get(0);
  }

  /**
   * What a file holds.
   *
   * @param in the file as it is stored
   * @param zstdWindowLog memory that unpacking zstd may take, as an exponent of 2
   * @throws IOException if it is damaged; what the last bytes are is told where they are read
   */
  public InputStream unpack(Configuration conf, InputStream in, int zstdWindowLog)
      throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> {
        GzipCodec gzip = new GzipCodec();
        gzip.setConf(conf);
        yield gzip.createInputStream(in);
      }
      case BZIP2 -> Bzip2Blocks.of(in).text();
      // Hadoop's own codec needs a native Hadoop; Spark always brings this one.
      case ZSTD -> new ZstdInputStream(new LastByteApart(in)).setLongMax(zstdWindowLog);
      case XZ -> new XZInputStream(new BufferedInputStream(in, 1 << 16), mostKibibytes());
      default -> throw new IOException("it " + refusal());
    };
  }

  /** Whether a codec complains of a zstd window that is larger than it may be. */
  public static boolean isLargeWindow(Exception complaint) {
    return complaint instanceof ZstdIOException zstd
        && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge();
  }

  /**
   * Where a codec complains that it may not have the memory that a file asks for: how much that is,
   * and what to do about it. It follows the file's name; null for any other complaint.
   */
  public static String memoryNeeded(Exception complaint) {
    return complaint instanceof MemoryLimitException memory
        ? String.format(
            Locale.ROOT,
            "takes %,d MiB of memory to unpack, more than %,d MiB, a quarter of the heap: give"
                + " spark.driver.memory and spark.executor.memory more, or pack it again with a"
                + " smaller dictionary, as xz -6 does",
            (memory.getMemoryNeeded() + 1023L) >> 10,
            memory.getMemoryLimit() >> 10)
        : null;
  }

  /** A quarter of the heap. */
  private static int mostKibibytes() {
    return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4 >> 10);
  }

  /**
   * What a file holds whose first bytes tell what it is packed with, whatever its name.
   *
   * @param in the file as it is stored
   * @param name shown in messages; where the file is damaged, or packed with something else,
   *     reading throws a {@link UserException} with exit code 3
   */
  public static InputStream unpacked(Configuration conf, InputStream in, String name)
      throws IOException {
    Stored stored = new Stored(in);
    PushbackInputStream raw = pushback(stored);
    Compression compression = ofContent(raw);
    if (compression == NONE) {
      return raw;
    }
    if (!compression.supported()) {
      throw UserException.data(name + " " + compression.refusal());
    }
    Unpacked unpacked = new Unpacked(compression, stored, name);
    try {
      unpacked.use(compression.unpack(conf, raw, ZSTD_WINDOW_LOG));
    } catch (IOException | RuntimeException e) {
      throw unpacked.told(e);
    }
    return unpacked;
  }

  /** Packs what is written; closing it ends the member, stream or frame, and closes {@code out}. */
  public OutputStream pack(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, 1 << 16);
      case BZIP2 -> new BZip2CompressorOutputStream(out);
      case ZSTD -> new ZstdOutputStream(out).setChecksum(true);
      case XZ -> new XZOutputStream(out, new LZMA2Options(XZ_LEVEL));
      default -> throw new IllegalStateException(this + " is not supported");
    };
  }

  /** A few bytes packed by themselves. */
  public byte[] packed(byte[] bytes) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream out = pack(target)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target.toByteArray();
  }

  /**
   * Gives a file's last byte by itself. The decoder of zstd looks whether its frame has ended only
   * if it has read something since the frame before: of a file that breaks off in a frame that was
   * read together with the end of another it would say nothing.
   */
  private static final class LastByteApart extends BulkInput {
    private static final int NOTHING_YET = -2;

    private int held = NOTHING_YET; // the next byte, or -1 at the end

    LastByteApart(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (held == NOTHING_YET) {
        held = in.read();
      }
      if (held < 0 || length == 0) {
        return length == 0 ? 0 : -1;
      }
      into[from] = (byte) held;
      int n = length == 1 ? 0 : in.read(into, from + 1, length - 1);
      if (n <= 0) {
        held = in.read();
        return 1;
      }
      held = into[from + n] & 0xFF;
      return n;
    }

    @Override
    public int available() throws IOException {
      return held >= 0 ? 1 : in.available();
    }
  }

  /** Remembers what the file system itself complains of, so that it is told from the codec. */
  private static final class Stored extends BulkInput {
    private IOException failure;

    Stored(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return in.read(into, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /** What a codec gives, with its complaints in a user's words. */
  private static final class Unpacked extends BulkInput {
    private final Compression compression;
    private final Stored stored;
    private final String name;

    Unpacked(Compression compression, Stored stored, String name) {
      super(stored);
      this.compression = compression;
      this.stored = stored;
      this.name = name;
    }

    void use(InputStream codec) {
      in = codec;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return in.read(into, from, length);
      } catch (IOException | RuntimeException e) {
        throw told(e);
      }
    }

    UserException told(Exception e) throws IOException {
      if (stored.failure != null) {
        throw stored.failure;
      }
      if (isLargeWindow(e)) {
        return UserException.data(
            name
                + " has a zstd window larger than 2^"
                + ZSTD_WINDOW_LOG
                + " bytes: pack it again without --long",
            e);
      }
      String memory = memoryNeeded(e);
      if (memory != null) {
        return UserException.data(name + " " + memory, e);
      }
      return UserException.data(
          name
              + " is a damaged "
              + compression.title
              + " file ("
              + e.getMessage()
              + "): copy or make it again",
          e);
    }
  }
}
