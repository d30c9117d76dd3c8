package org.seqlm;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Local files under the scheme of an object store: {@code s3a://bucket/path} is {@code /path}. As
 * there, and on HDFS, a file gets no name that another has.
 */
public final class ObjectStore extends RawLocalFileSystem {
  private static final URI BUCKET = URI.create("s3a://bucket");

  /** A configuration that knows it. */
  public static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.s3a.impl", ObjectStore.class.getName());
    return conf;
  }

  /** The name of a local file there. */
  public static String name(java.nio.file.Path file) {
    return BUCKET + file.toAbsolutePath().toString();
  }

  @Override
  public URI getUri() {
    return BUCKET;
  }

  @Override
  public String getScheme() {
    return BUCKET.getScheme();
  }

  /** Without what only a local file has. */
  private static FileStatus plain(FileStatus file) {
    return new FileStatus(
        file.getLen(),
        file.isDirectory(),
        file.getReplication(),
        file.getBlockSize(),
        file.getModificationTime(),
        file.getPath());
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    return plain(super.getFileStatus(file));
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    return Arrays.stream(super.listStatus(folder))
        .map(ObjectStore::plain)
        .toArray(FileStatus[]::new);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return !Files.isRegularFile(java.nio.file.Path.of(to.toUri().getPath()))
        && super.rename(from, to);
  }
}
