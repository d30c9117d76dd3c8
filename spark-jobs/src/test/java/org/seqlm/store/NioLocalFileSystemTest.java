package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NioLocalFileSystemTest {
  @TempDir Path folder;

  private FileSystem open(Class<?> type) throws Exception {
    Configuration conf = new Configuration();
    conf.set("fs.file.impl", type.getName());
    conf.set("fs.permissions.umask-mode", "027");
    return FileSystem.newInstance(folder.toUri(), conf);
  }

  private static byte[] write(FileSystem fs, Path file) throws Exception {
    fs.mkdirs(new org.apache.hadoop.fs.Path(file.getParent().toUri()));
    try (FSDataOutputStream out = fs.create(new org.apache.hadoop.fs.Path(file.toUri()), true)) {
      out.write("whatever".getBytes(StandardCharsets.UTF_8));
    }
    return Files.readAllBytes(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  @Test
  void filesAndFoldersAreAsHadoopMakesThem() throws Exception {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "this system's files have no POSIX permissions");
    Path ours = folder.resolve("ours/file");
    Path theirs = folder.resolve("theirs/file");
    try (FileSystem nio = open(NioLocalFileSystem.class);
        FileSystem plain = open(LocalFileSystem.class)) {
      assertThat(nio).isInstanceOf(NioLocalFileSystem.class);
      assertThat(write(nio, ours)).isEqualTo(write(plain, theirs));
      assertThat(ours).hasSameBinaryContentAs(theirs);
      assertThat(Files.getPosixFilePermissions(ours))
          .isEqualTo(Files.getPosixFilePermissions(theirs))
          .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
      assertThat(Files.getPosixFilePermissions(ours.getParent()))
          .isEqualTo(Files.getPosixFilePermissions(theirs.getParent()))
          .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));

      nio.setPermission(
          new org.apache.hadoop.fs.Path(ours.toUri()), new FsPermission((short) 0600));
      assertThat(Files.getPosixFilePermissions(ours))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }
}
