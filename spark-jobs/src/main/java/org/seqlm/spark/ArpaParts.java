package org.seqlm.spark;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.seqlm.ngram.ArpaText;

/**
 * An ARPA file, written by many tasks as a part an order and a slice and then put together. A file
 * whose name ends in {@code .gz} is compressed part by part: members of gzip, one after the other,
 * are one gzip file.
 */
public final class ArpaParts {
  private static final int BUFFER = 1 << 20;

  private ArpaParts() {}

  /** Writes the content of some parts. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream[] parts) throws IOException;
  }

  /** The folder beside a file where its parts go. */
  public static Path folder(Path file) {
    return new Path(file.getParent(), "." + file.getName() + ".parts");
  }

  static String name(int order, int slice) {
    return String.format(Locale.ROOT, "%d-%05d", order, slice);
  }

  /** Writes parts so that each appears whole, whatever other attempts of the task do. */
  static void write(String folder, Configuration conf, String[] names, Content content)
      throws IOException {
    Path parts = new Path(folder);
    FileSystem fs = raw(parts, conf);
    long attempt = TaskContext.get().taskAttemptId();
    Path[] temporary = new Path[names.length];
    OutputStream[] outs = new OutputStream[names.length];
    try {
      for (int i = 0; i < names.length; i++) {
        temporary[i] = new Path(parts, "." + names[i] + "." + attempt);
        outs[i] = stream(fs.create(temporary[i], true), folder);
      }
      content.writeTo(outs);
    } finally {
      for (OutputStream out : outs) {
        if (out != null) {
          out.close();
        }
      }
    }
    for (int i = 0; i < names.length; i++) {
      Path target = new Path(parts, names[i]);
      if (!fs.rename(temporary[i], target)) {
        fs.delete(target, false);
        fs.rename(temporary[i], target);
      }
    }
  }

  private static OutputStream stream(OutputStream out, String name) throws IOException {
    OutputStream buffered = new BufferedOutputStream(out, 1 << 17);
    return name.endsWith(".gz") || name.endsWith(".gz.parts")
        ? new GZIPOutputStream(buffered, 1 << 16)
        : buffered;
  }

  /**
   * Puts the parts together, and removes them.
   *
   * @param ngrams by order // (N)
   * @param slices of each order above the first
   */
  public static void join(Configuration conf, Path file, long[] ngrams, int slices)
      throws IOException {
    FileSystem fs = raw(file, conf);
    Path folder = folder(file);
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".incomplete");
    try (OutputStream out = fs.create(temporary, true, BUFFER)) {
      text(out, file, ArpaText.head(ngrams));
      for (int n = 1; n <= ngrams.length; n++) {
        text(out, file, ArpaText.section(n));
        for (int slice = 0; slice < (n == 1 ? 1 : slices); slice++) {
          try (InputStream in = fs.open(new Path(folder, name(n, slice)), BUFFER)) {
            in.transferTo(out);
          }
        }
        text(out, file, new byte[] {'\n'});
      }
      text(out, file, ArpaText.end());
    }
    fs.delete(file, false);
    if (!fs.rename(temporary, file)) {
      throw new IOException("cannot rename " + temporary + " to " + file);
    }
    fs.delete(folder, true);
  }

  private static void text(OutputStream out, Path file, byte[] bytes) throws IOException {
    if (file.getName().endsWith(".gz")) {
      GZIPOutputStream member = new GZIPOutputStream(out);
      member.write(bytes);
      member.finish();
    } else {
      out.write(bytes);
    }
  }

  /** Without the checksum files that Hadoop puts beside local ones. */
  private static FileSystem raw(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }
}
