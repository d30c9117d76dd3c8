package org.seqlm.spark.concordance;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.IndexBytes;

/** A file of an index on whatever file system Hadoop knows. */
final class HadoopIndexBytes implements IndexBytes {
  private final FileSystem fs;
  private final Path file;
  private final String name;
  private FSDataInputStream in;
  private long length = -1;

  /**
   * @param name of the file, for messages
   */
  HadoopIndexBytes(FileSystem fs, Path file, String name) {
    this.fs = fs;
    this.file = file;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() throws IOException {
    if (length < 0) {
      try {
        length = fs.getFileStatus(file).getLen();
      } catch (FileNotFoundException e) {
        throw new DamagedIndexException(name, "it is missing");
      }
    }
    return length;
  }

  @Override
  public byte[] read(long from, int count) throws IOException {
    if (in == null) {
      in = fs.open(file);
    }
    byte[] bytes = new byte[count];
    try {
      in.readFully(from, bytes);
    } catch (ChecksumException e) {
      throw new DamagedIndexException(name, "its bytes changed");
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
