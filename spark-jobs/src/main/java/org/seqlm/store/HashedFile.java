package org.seqlm.store;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedList;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * Writes one file of an artifact so that it appears whole or not at all, from a driver or from any
 * number of attempts of a task: each attempt writes a name of its own and renames it, or, where a
 * file of an object store appears whole or never, writes it in place. Attempts of a deterministic
 * task write the same bytes, so a late one leaves what is there, which others may be reading,
 * unless the file system replaces a file in one step.
 */
public final class HashedFile {
  /** How a file ends that is being written. */
  public static final String TEMPORARY = ".tmp";

  private HashedFile() {}

  /** Writes what a file holds. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What becomes of a file that is there already. */
  private enum Existing {
    /** It stays if it is as long: another attempt wrote it. */
    KEEP,
    REPLACE
  }

  /**
   * Writes {@code folder/path} as one of some attempts that write the same bytes.
   *
   * @param attempt distinguishes concurrent writers of the same file, for instance a task attempt's
   *     id
   * @return the entry for the manifest
   * @throws IOException also if {@code folder} is of an artifact that was given up meanwhile
   */
  public static FileEntry write(
      FileSystem fs, Path folder, String path, long attempt, Content content) throws IOException {
    return write(fs, folder, path, attempt, content, Existing.KEEP);
  }

  /**
   * Writes {@code folder/path} in place of what may be there, as the only one who does; on this
   * machine's disks so that it is there even if the power fails then.
   *
   * @return the entry for the manifest
   * @throws IOException as {@link #write} does
   */
  public static FileEntry replace(FileSystem fs, Path folder, String path, Content content)
      throws IOException {
    return write(fs, folder, path, 0, content, Existing.REPLACE);
  }

  /**
   * Writes a file for people in place of what may be there, whole or not at all: on this machine's
   * disks without a checksum file, and without one that is left of a file before.
   *
   * @throws IOException as {@link #write} does
   */
  public static void replacePlain(FileSystem fs, Path file, Content content) throws IOException {
    Path whole = fs.makeQualified(file);
    // Whatever its name: no manifest will have it.
    try (Open open =
        new Open(Paths.plain(fs), whole.getParent(), whole.getName(), 0, Existing.REPLACE)) {
      content.writeTo(open.out());
      open.appear();
    } catch (FSError e) {
      throw failure(e);
    }
    Paths.forgetChecksum(fs, whole);
  }

  /** Before anything is written outside of the folder, of a name that no manifest may have. */
  private static void requireBelow(String path) {
    if (!Paths.isBelow(path)) {
      throw new IllegalArgumentException("the file \"" + path + "\" lies outside of its folder");
    }
  }

  private static FileEntry write(
      FileSystem fs, Path folder, String path, long attempt, Content content, Existing existing)
      throws IOException {
    requireBelow(path);
    try (Open file = new Open(fs, folder, path, attempt, existing)) {
      content.writeTo(file.out());
      return file.keep();
    } catch (FSError e) {
      throw failure(e);
    }
  }

  /** What Hadoop's local file system says when the disk is full. */
  private static IOException failure(FSError e) {
    return new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
  }

  /**
   * Begins {@code folder/path} as one of some attempts that write the same bytes, for who writes it
   * bit by bit.
   *
   * @throws IOException as {@link #write} does
   */
  public static Open open(FileSystem fs, Path folder, String path, long attempt)
      throws IOException {
    requireBelow(path);
    try {
      return new Open(fs, folder, path, attempt, Existing.KEEP);
    } catch (FSError e) {
      throw failure(e);
    }
  }

  /** A file that is being written; closing it before it is kept gives it up. */
  public static final class Open implements Closeable {
    private final FileSystem fs;
    private final String path;
    private final Path target;
    private final Path temporary; // null where the file appears whole when it is closed, or never
    private final Existing existing;
    private final MessageDigest digest = Sha256.digest();
    private final AbortableOutput whole;
    private final CountingStream counting;
    private final OutputStream out;
    private boolean kept;

    private Open(FileSystem fs, Path folder, String path, long attempt, Existing existing)
        throws IOException {
      Store store = Store.of(fs, folder);
      // A task outlives its interrupted driver for a moment: it must not make the folder again.
      if (DataFolder.isOne(folder.getName()) && store.hasFolders() && !fs.exists(folder)) {
        throw new IOException(folder + " is gone: whoever made it has given up");
      }
      this.fs = fs;
      this.path = path;
      this.existing = existing;
      target = Paths.below(folder, path);
      // A rename in an object store copies: a file that appears when it is closed needs none.
      temporary =
          !store.hasFolders() && AbortableOutput.isOffered(fs, target)
              ? null
              : Paths.below(target.getParent(), "." + target.getName() + "." + attempt + TEMPORARY);
      try {
        whole = AbortableOutput.of(fs.create(temporary == null ? target : temporary, true));
      } catch (IOException | RuntimeException | FSError e) {
        deleteTemporary();
        throw e;
      }
      counting = new CountingStream(whole);
      out = new BufferedOutputStream(new DigestOutputStream(counting, digest), 1 << 16);
    }

    private OutputStream out() {
      return out;
    }

    /** Where what the file holds goes to; closing it only flushes it. */
    public OutputStream stream() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          try {
            out.write(bytes, from, length);
          } catch (FSError e) {
            throw failure(e);
          }
        }
      };
    }

    /** Adds to what the file holds. */
    public void write(byte[] bytes) throws IOException {
      try {
        out.write(bytes);
      } catch (FSError e) {
        throw failure(e);
      }
    }

    /**
     * Ends the file, which appears.
     *
     * @return the entry for the manifest
     */
    public FileEntry keep() throws IOException {
      appear();
      return new FileEntry(path, counting.count, Sha256.hex(digest));
    }

    private void appear() throws IOException {
      try {
        out.flush();
      } catch (FSError e) {
        whole.giveUp();
        throw failure(e);
      } catch (IOException | RuntimeException | Error e) {
        whole.giveUp();
        throw e;
      }
      out.close();
      if (temporary != null) {
        if (existing == Existing.REPLACE) {
          Durable.file(fs, temporary);
        }
        move(fs, temporary, target, existing);
        if (existing == Existing.REPLACE) {
          Durable.names(fs, target.getParent());
        }
      }
      kept = true;
    }

    @Override
    public void close() throws IOException {
      if (!kept) {
        kept = true;
        whole.giveUp();
        try {
          out.close();
        } finally {
          deleteTemporary();
        }
      }
    }

    private void deleteTemporary() throws IOException {
      if (temporary != null) {
        fs.delete(temporary, false);
      }
    }
  }

  /** Whether a file is what an attempt that was killed left. */
  public static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(TEMPORARY);
  }

  /** Writes what some files hold, side by side. */
  @FunctionalInterface
  public interface Contents {
    void writeTo(OutputStream[] outs) throws IOException;
  }

  /**
   * Writes some files of a folder at the same time, as {@link #write} does one.
   *
   * @return their entries for the manifest
   */
  public static List<FileEntry> writeAll(
      FileSystem fs, Path folder, List<String> paths, long attempt, Contents contents)
      throws IOException {
    LinkedList<FileEntry> entries = new LinkedList<>();
    writeAll(fs, folder, paths, attempt, contents, new OutputStream[paths.size()], 0, entries);
    return List.copyOf(entries);
  }

  /** Opens the file {@code at}, then the others within it; the innermost writes them all. */
  private static void writeAll(
      FileSystem fs,
      Path folder,
      List<String> paths,
      long attempt,
      Contents contents,
      OutputStream[] outs,
      int at,
      LinkedList<FileEntry> entries)
      throws IOException {
    if (at == outs.length) {
      contents.writeTo(outs);
      return;
    }
    FileEntry entry =
        write(
            fs,
            folder,
            paths.get(at),
            attempt,
            out -> {
              outs[at] = out;
              writeAll(fs, folder, paths, attempt, contents, outs, at + 1, entries);
            });
    entries.addFirst(entry);
  }

  /**
   * Gives the file of one of some attempts that write the same bytes its name; if there is one as
   * long, that one stays and this one goes.
   */
  public static void settle(FileSystem fs, Path temporary, Path target) throws IOException {
    move(fs, temporary, target, Existing.KEEP);
  }

  private static void move(FileSystem fs, Path temporary, Path target, Existing existing)
      throws IOException {
    if (renamed(fs, temporary, target)) {
      return;
    }
    if (fs.exists(target)) {
      if (existing == Existing.KEEP
          && fs.getFileStatus(target).getLen() == fs.getFileStatus(temporary).getLen()) {
        fs.delete(temporary, false);
        return;
      }
    }
    replace(fs, temporary, target);
  }

  /**
   * Gives a file the name of another, which goes: in one step wherever the file system has one for
   * it.
   */
  public static void replace(FileSystem fs, Path file, Path target) throws IOException {
    if (renamed(fs, file, target)) {
      return;
    }
    FileContext context = Store.of(fs, target).hasFolders() ? context(fs) : null;
    if (context != null) {
      context.rename(fs.makeQualified(file), fs.makeQualified(target), Options.Rename.OVERWRITE);
      return;
    }
    fs.delete(target, false);
    if (!fs.rename(file, target)) {
      throw new IOException("cannot rename " + file + " to " + target);
    }
  }

  /** The interface of Hadoop's that renames over what is there; null if the system lacks it. */
  private static FileContext context(FileSystem fs) {
    try {
      return FileContext.getFileContext(fs.getUri(), fs.getConf());
    } catch (UnsupportedFileSystemException | RuntimeException e) {
      return null; // the latter wraps whatever kept it from being made
    }
  }

  /** Whether there was no file of the new name, or the file system replaces such a one. */
  private static boolean renamed(FileSystem fs, Path temporary, Path target) throws IOException {
    try {
      return fs.rename(temporary, target);
    } catch (FileAlreadyExistsException e) {
      return false; // as most file systems say it
    }
  }

  private static final class CountingStream extends java.io.FilterOutputStream {
    private long count;

    CountingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      count += length;
    }
  }
}
