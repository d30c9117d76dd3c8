package org.seqlm.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.UserException;

/**
 * Local copies of files of other file systems, to be mapped: one a host, in a folder that all
 * processes of a user share, and nobody else writes into. A copy has its name only once it is
 * whole, was checked and is on the disk. Nobody removes them.
 */
public final class HostCopies {
  private static UserPrincipal user; // null before it is asked for

  private HostCopies() {}

  /** Looks at what was copied. */
  @FunctionalInterface
  public interface Check {
    /** Throws where the copy is not what was to be copied. */
    void check(Path copy) throws IOException;
  }

  /**
   * Copies a file, if no process of the host did before.
   *
   * @param copy where; its name tells the file from all others of other content, its folder need
   *     not exist
   * @return the copy
   * @throws UserException with exit code 5 if the folder is a link, or another user's
   */
  public static synchronized Path copy(FileSystem fs, FileStatus file, Path copy, Check check)
      throws IOException {
    Path folder = copy.toAbsolutePath().getParent();
    own(folder);
    if (isWhole(copy, file.getLen())) {
      return copy;
    }
    String name = copy.getFileName().toString();
    // Other processes of the host wait here, and find the copy.
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isWhole(copy, file.getLen())) {
        Path part = folder.resolve("." + name + "." + UUID.randomUUID() + ".part");
        try {
          try (InputStream in = fs.open(file.getPath())) {
            Files.copy(in, part);
          }
          check.check(part);
          // A name that outlives a power failure, but not the bytes, would never be copied again.
          Durable.file(part);
          Durable.names(folder);
          Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
    }
    return copy;
  }

  /**
   * Makes a folder that is this user's alone, if it is not there; what others could put into it
   * would be mapped.
   *
   * @throws UserException with exit code 5 if it is a link, no folder, or another user's
   */
  public static synchronized void own(Path folder) throws IOException {
    boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder.getParent());
      try {
        if (posix) {
          Files.createDirectory(
              folder,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
          Files.createDirectory(folder);
        }
      } catch (FileAlreadyExistsException e) {
        // Another process of the host was first: whose is told below.
      }
    }
    if (Files.isSymbolicLink(folder)) {
      throw refused(folder, "is a link");
    }
    if (!Files.isDirectory(folder)) {
      throw refused(folder, "is no folder");
    }
    if (posix) {
      UserPrincipal owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS);
      if (!owner.equals(user())) {
        throw refused(folder, "belongs to " + owner.getName());
      }
    }
  }

  /** Whose files this process makes: a container's user may have no name. */
  private static UserPrincipal user() throws IOException {
    if (user == null) {
      Path made = Files.createTempFile("seqlm", null);
      try {
        user = Files.getOwner(made);
      } finally {
        Files.delete(made);
      }
    }
    return user;
  }

  private static UserException refused(Path folder, String what) {
    return UserException.platform(
        "folder "
            + folder
            + " for copies of models "
            + what
            + ", and others could change what is mapped from it: remove it, or set"
            + " spark.hadoop.seqlm.compiled.copies to a folder of your own");
  }

  private static boolean isWhole(Path copy, long size) throws IOException {
    return Files.exists(copy) && Files.size(copy) == size;
  }
}
