package org.seqlm;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * This machine's files as if an array of bytes could hold {@link #LIMIT} of them only, in the place
 * of 2^31: whoever reads a longer file whole, or asks for more in one call, runs out of memory.
 */
public final class SmallReads extends RawLocalFileSystem {
  /** In the place of 2^31 bytes. */
  public static final int LIMIT = 1 << 17;

  private static final AtomicLong LONGEST = new AtomicLong();

  /** A configuration that knows it. */
  public static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.file.impl", SmallReads.class.getName());
    conf.setBoolean("fs.file.impl.disable.cache", true);
    return conf;
  }

  /** The longest file that was opened since this was asked for. */
  public static long longest() {
    return LONGEST.getAndSet(0);
  }

  @Override
  public FSDataInputStream open(Path file, int buffer) throws IOException {
    LONGEST.accumulateAndGet(getFileStatus(file).getLen(), Math::max);
    return new FSDataInputStream(super.open(file, buffer)) {
      private void check(long bytes) {
        if (bytes > LIMIT) {
          throw new OutOfMemoryError("an array of " + bytes + " bytes");
        }
      }

      @Override
      public byte[] readAllBytes() throws IOException {
        check(available());
        return super.readAllBytes();
      }

      @Override
      public byte[] readNBytes(int length) throws IOException {
        check(Math.min(length, available()));
        return super.readNBytes(length);
      }
    };
  }
}
