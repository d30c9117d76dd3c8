package org.seqlm.store;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes a small file where there is none of its name, whole and in one step, whatever the file
 * system; see {@link Store}. Nobody else writes the same bytes: they hold something unique, by
 * which the writer knows his own file again after a call of which nobody knows whether it was
 * carried out.
 */
public final class ExclusiveFile {
  /** How often to try what failed without a trace. */
  private static final int ATTEMPTS = 3;

  private ExclusiveFile() {}

  /** Nobody knows whether a file is there, or will be. */
  public static final class UncertainException extends IOException {
    private static final long serialVersionUID = 1L;

    public UncertainException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * Writes a file.
   *
   * @param unique part of a name that nobody else uses
   * @return false if another's file has the name, and this one will never be there
   * @throws UncertainException if a call failed of which nobody knows whether it was carried out
   * @throws IOException if the file is not there
   */
  public static boolean write(FileSystem fs, Path file, byte[] content, String unique)
      throws IOException {
    FileSystem plain = Paths.plain(fs);
    Store store = Store.of(plain, file);
    UncertainException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        if (tryTo(plain, store, file, content, unique) && store.hasFolders()) {
          return true;
        }
        // An object store may take a condition without a word and not heed it.
      } catch (UncertainException e) {
        failure = e;
      } catch (FSError e) {
        // Hadoop's local file system says so when the disk is full.
        throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
      }
      byte[] there;
      try {
        there = read(plain, file);
      } catch (IOException e) {
        throw new UncertainException(failure == null ? e : failure);
      }
      if (there != null && Arrays.equals(there, content)) {
        return true;
      }
      if (there != null) {
        if (failure != null && store == Store.LOOKS) {
          throw failure; // it may still be carried out, and replace what is there
        }
        return false;
      }
    }
    throw failure != null ? failure : new IOException("cannot write " + file);
  }

  private static byte[] read(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /**
   * @return false if the name is taken
   */
  private static boolean tryTo(FileSystem fs, Store store, Path file, byte[] content, String unique)
      throws IOException {
    return switch (store) {
      case LINKS -> link(fs, file, content, unique);
      case RENAMES -> rename(fs, file, content, unique);
      case CREATES, LOOKS -> create(() -> fs.create(file, false), content);
      case CREATES_CONDITIONALLY ->
          create(
              () ->
                  (FSDataOutputStream)
                      fs.createFile(file)
                          .recursive()
                          .overwrite(false)
                          .must(Store.CONDITIONAL_CREATE, true)
                          .build(),
              content);
    };
  }

  private static void fill(FSDataOutputStream file, byte[] content) throws IOException {
    try (OutputStream out = AbortableOutput.of(file)) {
      out.write(content);
    }
  }

  /** Opens a file that may not be there. */
  @FunctionalInterface
  private interface Opening {
    FSDataOutputStream open() throws IOException;
  }

  private static boolean create(Opening opening, byte[] content) throws IOException {
    try {
      fill(opening.open(), content);
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException | FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncertainException(e);
    }
  }

  private static boolean rename(FileSystem fs, Path file, byte[] content, String unique)
      throws IOException {
    Path temporary = temporary(file, unique);
    fill(fs.create(temporary, true), content);
    boolean renamed;
    try {
      renamed = fs.rename(temporary, file);
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      renamed = false;
    } catch (IOException e) {
      throw new UncertainException(e);
    }
    if (!renamed) {
      forget(fs, temporary);
    }
    return renamed;
  }

  private static boolean link(FileSystem fs, Path file, byte[] content, String unique)
      throws IOException {
    Path temporary = temporary(file, unique);
    fill(fs.create(temporary, true), content);
    File target = Paths.local(fs, file);
    try {
      Files.createLink(target.toPath(), Paths.local(fs, temporary).toPath());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException | FileSystemException e) {
      return exclusive(target, content);
    } finally {
      forget(fs, temporary);
    }
  }

  /** Whatever becomes of a temporary file, what is written stays written. */
  private static void forget(FileSystem fs, Path temporary) {
    try {
      fs.delete(temporary, false);
    } catch (IOException e) {
      // It counts for nothing.
    }
  }

  /** For disks without hard links: there a reader may see the file before it is whole. */
  private static boolean exclusive(File target, byte[] content) throws IOException {
    try {
      Files.write(target.toPath(), content, StandardOpenOption.CREATE_NEW);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static Path temporary(Path file, String unique) {
    return Paths.below(
        file.getParent(), "." + file.getName() + "." + unique + HashedFile.TEMPORARY);
  }
}
