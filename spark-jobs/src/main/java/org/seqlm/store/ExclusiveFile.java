package org.seqlm.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Writes a small file where there is none of its name, whole and in one step, whatever the file
 * system; see {@link Store}. Nobody else writes the same bytes: they hold something unique, by
 * which the writer knows his own file again after a call of which nobody knows whether it was
 * carried out.
 */
public final class ExclusiveFile {
  /** How often to try what failed without a trace. */
  private static final int ATTEMPTS = 3;

  /**
   * What systems say of a link on a disk that has none, in English: EPERM of Linux's FAT and exFAT,
   * ENOTSUP, of macOS too, and ENOSYS of a FUSE.
   */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

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
      if (failure != null && !store.hasFolders() && isPart(there, content)) {
        // Closing a file there publishes what was written of it, whatever went before.
        delete(plain, file, failure);
        continue;
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

  /** Whether a file is what is left of a write that failed; not if there is none. */
  private static boolean isPart(byte[] there, byte[] content) {
    return there != null
        && there.length < content.length
        && Arrays.equals(there, 0, there.length, content, 0, there.length);
  }

  /** Nobody knows what becomes of a part that stays. */
  private static void delete(FileSystem fs, Path file, UncertainException failure)
      throws UncertainException {
    try {
      fs.delete(file, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw failure;
    }
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
      case LINKS -> link(fs, file, content, unique, Files::createLink);
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
    fillTemporary(fs, temporary, content);
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

  private static void fillTemporary(FileSystem fs, Path temporary, byte[] content)
      throws IOException {
    try {
      FSDataOutputStream out = fs.create(temporary, true);
      try (out) {
        out.write(content);
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync(); // a name must not outlast what it names when the power fails
        }
      }
    } catch (IOException | FSError e) {
      forget(fs, temporary);
      throw e;
    }
  }

  /** How a file of this machine's gets another name. */
  @FunctionalInterface
  interface Linking {
    void link(java.nio.file.Path name, java.nio.file.Path file) throws IOException;
  }

  /**
   * @return false if the name is taken
   */
  static boolean link(FileSystem fs, Path file, byte[] content, String unique, Linking linking)
      throws IOException {
    Path temporary = temporary(file, unique);
    fillTemporary(fs, temporary, content);
    java.nio.file.Path target = Paths.local(fs, file).toPath();
    try {
      linking.link(target, Paths.local(fs, temporary).toPath());
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      return exclusive(target, content);
    } catch (FileSystemException e) {
      if (knowsNoLinks(e)) {
        return exclusive(target, content);
      }
      // A server may have carried it out though its answer was lost.
      if (!Arrays.equals(read(fs, file), content)) {
        throw e;
      }
    } finally {
      forget(fs, temporary);
    }
    Durable.names(target.getParent());
    return true;
  }

  /**
   * Whether a disk has no hard links at all. Whatever else hinders one, a full disk or a failing
   * one, would hinder a file that is written in place, too, and leave a part of it.
   */
  private static boolean knowsNoLinks(FileSystemException e) {
    return e.getReason() != null && NO_LINKS.contains(e.getReason());
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
  private static boolean exclusive(java.nio.file.Path target, byte[] content) throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    try (file) {
      for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
        file.write(left);
      }
      file.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(target); // it is this writer's, and a part
      throw e;
    }
    Durable.names(target.getParent());
    return true;
  }

  private static Path temporary(Path file, String unique) {
    return Paths.below(
        file.getParent(), "." + file.getName() + "." + unique + HashedFile.TEMPORARY);
  }
}
