package org.seqlm.corpus;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.GzipCodec;

/**
 * Unpacks compressed files: all members, frames or streams that stand one after the other, each to
 * its end and with its checksums.
 */
final class Decoding {
  private Decoding() {}

  /**
   * What a file holds.
   *
   * @param in the file as it is stored
   */
  static InputStream of(
      Configuration conf, CorpusFile.Compression compression, InputStream in, CorpusSource source)
      throws IOException {
    return switch (compression) {
      case GZIP -> {
        GzipCodec gzip = new GzipCodec();
        gzip.setConf(conf);
        yield gzip.createInputStream(in);
      }
      // Hadoop's codec takes a stream that was cut, or is none, for one that ends, and does not
      // look at the checksum of the whole.
      case BZIP2 ->
          new BZip2CompressorInputStream(new BufferedInputStream(in, 1 << 16), /* all= */ true);
      // Hadoop's own codec needs a native Hadoop; Spark always brings this one.
      case ZSTD -> new ZstdInputStream(new ZstdFrames(in)).setLongMax(source.maxZstdWindowLog());
      case NONE -> in;
    };
  }

  /** What a codec complains of, in the words of the settings where it is one of them. */
  static Exception explained(Exception complaint, CorpusSource source) {
    return complaint instanceof ZstdIOException zstd
            && zstd.getErrorCode() == Zstd.errFrameParameterWindowTooLarge()
        ? new IOException(
            "its zstd window is larger than 2^"
                + source.maxZstdWindowLog()
                + " bytes: raise input.max-zstd-window-log, up to 31, to what zstd --long was told",
            complaint)
        : complaint;
  }
}
