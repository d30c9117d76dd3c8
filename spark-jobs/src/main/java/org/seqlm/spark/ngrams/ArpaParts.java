package org.seqlm.spark.ngrams;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.seqlm.UserException;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.file.Compression;
import org.seqlm.ngram.arpa.ArpaText;
import org.seqlm.store.HashedFile;
import org.seqlm.store.JoinedFile;
import org.seqlm.store.Paths;

/**
 * An ARPA file, written by many tasks as a part an order and a slice and then put together. A file
 * whose name says so is packed part by part; see {@link Compression}. It appears whole or not at
 * all; closing without {@link #publish} removes what was written.
 */
public final class ArpaParts implements Closeable {
  private static final String PARTS = ".parts";

  private final FileSystem fs;
  private final Path file;
  private final Path folder;
  private final Path joined;

  private ArpaParts(FileSystem fs, Path file) {
    this.fs = fs;
    this.file = file;
    // The file's name comes last: by its end the parts are packed.
    String own = "." + UUID.randomUUID() + "." + file.getName();
    this.folder = Paths.below(file.getParent(), own + PARTS);
    this.joined = Paths.below(file.getParent(), own + ".incomplete");
  }

  /** Writes the content of some parts. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream[] parts) throws IOException;
  }

  /**
   * Begins a file, under names that nobody else uses.
   *
   * @throws UserException as {@link #checkTarget} does
   */
  public static ArpaParts create(Configuration conf, String file, Overwrite overwrite)
      throws IOException {
    checkTarget(conf, file, overwrite);
    Path path = Paths.of(file);
    FileSystem fs = Paths.plain(path, conf);
    ArpaParts parts = new ArpaParts(fs, fs.makeQualified(path));
    if (!fs.mkdirs(parts.folder)) {
      throw new IOException("cannot make the folder " + parts.folder);
    }
    fs.deleteOnExit(parts.folder);
    fs.deleteOnExit(parts.joined);
    return parts;
  }

  /**
   * Checks, before any work, that a file may and can be written.
   *
   * @throws UserException with exit code 2 as {@link OutputCheck#file} does, or if its name says
   *     that it is packed as no file is here
   */
  public static void checkTarget(Configuration conf, String file, Overwrite overwrite)
      throws IOException {
    Compression compression = Compression.ofName(Paths.of(file).getName());
    if (!compression.supported()) {
      throw UserException.configuration("--arpa " + file + " " + compression.refusal());
    }
    OutputCheck.file(conf, "--arpa", file, overwrite);
  }

  /** Where the parts go. */
  public Path folder() {
    return folder;
  }

  static String name(int order, int slice) {
    return String.format(Locale.ROOT, "%d-%05d", order, slice);
  }

  /** Writes parts so that each appears whole, whatever other attempts of the task do. */
  static void write(String folder, Configuration conf, String[] names, Content content)
      throws IOException {
    Path parts = new Path(folder);
    FileSystem fs = Paths.plain(parts, conf);
    // A task outlives its interrupted driver for a moment: it must not make the folder again.
    if (!fs.exists(parts)) {
      throw new IOException(parts + " is gone: whoever made it has given up");
    }
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
      HashedFile.settle(fs, temporary[i], new Path(parts, names[i]));
    }
  }

  private static OutputStream stream(OutputStream out, String name) throws IOException {
    String file = name.substring(0, name.length() - PARTS.length());
    return Compression.ofName(file).pack(new BufferedOutputStream(out, 1 << 17));
  }

  /**
   * Puts the parts together, and removes them.
   *
   * @param ngrams by order // (N)
   * @param slices of each order above the first
   */
  public void join(long[] ngrams, int slices) throws IOException {
    JoinedFile whole = new JoinedFile(fs, folder).add(packed(ArpaText.head(ngrams)));
    for (int n = 1; n <= ngrams.length; n++) {
      whole.add(packed(ArpaText.section(n)));
      for (int slice = 0; slice < (n == 1 ? 1 : slices); slice++) {
        whole.add(name(n, slice));
      }
      whole.add(packed(new byte[] {'\n'}));
    }
    whole.add(packed(ArpaText.end())).writeTo(joined);
  }

  /** Makes the joined file appear. */
  public void publish() throws IOException {
    HashedFile.replace(fs, joined, file);
    Paths.forgetChecksum(fs, file);
  }

  @Override
  public void close() throws IOException {
    fs.delete(folder, true);
    fs.delete(joined, false);
    fs.cancelDeleteOnExit(folder);
    fs.cancelDeleteOnExit(joined);
  }

  private byte[] packed(byte[] bytes) throws IOException {
    return Compression.ofName(file.getName()).packed(bytes);
  }
}
