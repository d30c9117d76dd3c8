package org.seqlm.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;

/** A store of its own for a test, which can break it. */
public final class TestStore implements AutoCloseable {
  private static final AtomicInteger MADE = new AtomicInteger();

  /** Which original it behaves like. */
  public enum Kind {
    /** S3 by S3A 3.3.4, which cannot ask it to put only what is absent. */
    S3("s3a"),
    /** S3 by S3A from 3.4.2 on, which can. */
    S3_CONDITIONAL("s3a"),
    /** Google's, whose connector always does. */
    GOOGLE("gs"),
    HDFS("hdfs"),
    /** This machine's disk. */
    DISK("file");

    private final String scheme;

    Kind(String scheme) {
      this.scheme = scheme;
    }
  }

  private final Kind kind;
  private final String store;
  private final StoreCalls calls;
  private final Configuration conf = new Configuration();

  private TestStore(Kind kind, String store) {
    this.kind = kind;
    this.store = store;
    calls = StoreCalls.of(store);
    settings().forEach(conf::set);
  }

  /**
   * Makes an empty one.
   *
   * @param temporary a folder for those on this machine's disk
   */
  public static TestStore make(Kind kind, java.nio.file.Path temporary) throws IOException {
    String name = "test" + MADE.incrementAndGet();
    String store =
        kind == Kind.DISK
            ? temporary.toRealPath().resolve(name).toString()
            : kind.scheme + "://" + name;
    TestStore made = new TestStore(kind, store);
    made.clear();
    return made;
  }

  /** Removes all that lies there. */
  public void clear() throws IOException {
    switch (kind) {
      case S3 -> ObjectStoreDouble.make(store, ObjectStoreDouble.Creates.LOOK_FIRST);
      case S3_CONDITIONAL -> ObjectStoreDouble.make(store, ObjectStoreDouble.Creates.OPTION);
      case GOOGLE -> ObjectStoreDouble.make(store, ObjectStoreDouble.Creates.ALWAYS);
      case HDFS -> HdfsDouble.make(store);
      case DISK -> {
        java.nio.file.Path root = java.nio.file.Path.of(store);
        FileUtil.fullyDelete(root.toFile());
        Files.createDirectory(root);
      }
    }
  }

  public Kind kind() {
    return kind;
  }

  public StoreCalls calls() {
    return calls;
  }

  /** Settings that know it. */
  public Configuration conf() {
    return conf;
  }

  /** What settings need to know it. */
  public Map<String, String> settings() {
    Class<?> type =
        switch (kind) {
          case S3, S3_CONDITIONAL, GOOGLE -> ObjectStoreDouble.class;
          case HDFS -> HdfsDouble.class;
          case DISK -> DiskDouble.class;
        };
    return Map.of(
        "fs." + kind.scheme + ".impl",
        type.getName(),
        "fs." + kind.scheme + ".impl.disable.cache",
        "true",
        DiskDouble.ROOT,
        store);
  }

  /** The whole name of what lies there. */
  public String name(String relative) {
    return store + "/" + relative;
  }

  /** All files there by their path, folders aside. */
  public Map<String, byte[]> content() {
    return switch (kind) {
      case S3, S3_CONDITIONAL, GOOGLE -> ObjectStoreDouble.content(store);
      case HDFS -> HdfsDouble.content(store);
      case DISK -> onDisk();
    };
  }

  /** Of an object store all keys, markers of folders among them. */
  public Set<String> keys() {
    return ObjectStoreDouble.keys(store);
  }

  private Map<String, byte[]> onDisk() {
    java.nio.file.Path root = java.nio.file.Path.of(store);
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<java.nio.file.Path> files = Files.walk(root)) {
      for (java.nio.file.Path file : files.filter(Files::isRegularFile).toList()) {
        all.put("/" + root.relativize(file), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  @Override
  public void close() {
    StoreCalls.forget(store);
    ObjectStoreDouble.forget(store);
    HdfsDouble.forget(store);
  }
}
