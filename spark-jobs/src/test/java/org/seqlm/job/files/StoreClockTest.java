package org.seqlm.job.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.store.StoreClock;

/** A file system whose clock is days behind this machine's. */
class StoreClockTest {
  private static final long BEHIND = 30 * 3_600_000L;

  @TempDir java.nio.file.Path folder;

  /** Local files, {@code behind:/path}, that it dates wrongly. */
  public static final class Behind extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("behind:///");
    }

    @Override
    public String getScheme() {
      return "behind";
    }

    /** Listing asks it, too. */
    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      FileStatus file = super.getFileStatus(path);
      return new FileStatus(
          file.getLen(),
          file.isDirectory(),
          1,
          file.getBlockSize(),
          file.getModificationTime() - BEHIND,
          file.getPath());
    }
  }

  /** One on which nothing can be written. */
  private static final class ReadOnly extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      throw new IOException("Read-only file system");
    }
  }

  @Test
  void theTimeIsTheStores() throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.behind.impl", Behind.class.getName());
    Path there = new Path("behind:" + folder);
    long now = StoreClock.now(there.getFileSystem(conf), there);
    assertThat(System.currentTimeMillis() - BEHIND - now).isBetween(-5_000L, 60_000L);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void orThisMachinesWhereNothingCanBeWritten() throws IOException {
    try (ReadOnly store = new ReadOnly()) {
      store.initialize(URI.create("file:///"), new Configuration());
      long now = StoreClock.now(store, new Path(folder.toUri()));
      assertThat(System.currentTimeMillis() - now).isBetween(0L, 60_000L);
    }
  }

  /** What another is writing now looks days old by this machine's clock. */
  @Test
  void whatIsYoungThereIsNoOrphanToRemove() throws IOException {
    java.nio.file.Path young = folder.resolve("set/data-0123456789ab/train");
    Files.createDirectories(young.getParent());
    Files.writeString(young, "at work");
    Configuration hadoop = TestSpark.context().hadoopConfiguration();
    hadoop.set("fs.behind.impl", Behind.class.getName());
    try {
      NgramsOutcomes.Outcome outcome =
          NgramsOutcomes.run("files", "--input", "behind:" + folder.resolve("set"), REMOVE);
      assertThat(outcome.code()).as(outcome.errors()).isZero();
      assertThat(young).exists();
      outcome =
          NgramsOutcomes.run(
              "files", "--input", "behind:" + folder.resolve("set"), REMOVE, "--older-than", 0);
      assertThat(outcome.code()).as(outcome.errors()).isZero();
      assertThat(young).doesNotExist();
    } finally {
      hadoop.unset("fs.behind.impl");
    }
  }

  private static final String REMOVE = "--remove-orphans";
}
