package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.OnCluster;
import org.seqlm.UserException;
import org.seqlm.files.S3Server;
import org.seqlm.files.TestStore;
import org.seqlm.store.Store;

/**
 * S3A itself, the version of our Hadoop, against the part of S3 that it needs. Its libraries lie in
 * a folder of their own, so that no other test sees them.
 */
@OnCluster
class S3aIT {
  private static final java.nio.file.Path LIBRARIES =
      java.nio.file.Path.of(System.getProperty("seqlm.test.s3a", "target/s3a"));

  private static final long THROTTLED_NANOS = 1_000_000_000;

  @TempDir static java.nio.file.Path temporary;
  private static URLClassLoader libraries;
  private static S3Server server;
  private static Configuration conf;

  @BeforeAll
  static void start() throws IOException {
    List<URL> jars = new ArrayList<>();
    try (Stream<java.nio.file.Path> files = Files.list(LIBRARIES)) {
      for (java.nio.file.Path jar : files.toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    libraries = new URLClassLoader(jars.toArray(URL[]::new), S3aIT.class.getClassLoader());
    server = new S3Server();
    conf = new Configuration();
    conf.setClassLoader(libraries);
    server.settings().forEach(conf::set);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
    libraries.close();
  }

  private static FileSystem open(String bucket) throws IOException {
    return new Path("s3a://" + bucket + "/").getFileSystem(conf);
  }

  /** What one call answers or throws, so that two file systems can be compared. */
  @FunctionalInterface
  private interface Call {
    Object answer(FileSystem fs) throws IOException;
  }

  private static String said(FileSystem fs, Call call) {
    try {
      return String.valueOf(call.answer(fs));
    } catch (IOException e) {
      return e.getClass().getName();
    }
  }

  private static Path random(Random random) {
    // Not at the root: from there S3A 3.3.4 renames a file into a folder as an empty name.
    StringBuilder path = new StringBuilder("/folder");
    for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
      path.append('/').append((char) ('a' + random.nextInt(3)));
    }
    return new Path(path.toString());
  }

  private record Named(String name, Call call) {}

  private static Named call(Random random) {
    Path path = random(random);
    Path other = random(random);
    boolean flag = random.nextBoolean();
    String text = Integer.toString(random.nextInt());
    return switch (random.nextInt(7)) {
      case 0 -> new Named("mkdirs " + path, fs -> fs.mkdirs(path));
      case 1, 2 ->
          new Named(
              "create " + path + " " + flag,
              fs -> {
                try (OutputStream out = fs.create(path, flag)) {
                  out.write(text.getBytes(StandardCharsets.UTF_8));
                }
                return "written";
              });
      case 3 -> new Named("rename " + path + " " + other, fs -> fs.rename(path, other));
      case 4 -> new Named("delete " + path + " " + flag, fs -> fs.delete(path, flag));
      case 5 ->
          new Named(
              "list " + path, fs -> Arrays.stream(fs.listStatus(path)).map(S3aIT::seen).toList());
      default ->
          new Named(
              "open " + path,
              fs -> {
                try (FSDataInputStream in = fs.open(path)) {
                  return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
              });
    };
  }

  private static String seen(FileStatus status) {
    return status.getPath().toUri().getPath()
        + (status.isDirectory() ? "/" : " " + status.getLen());
  }

  /** The keys of a bucket. */
  private static TreeSet<String> keys(String bucket) {
    return server.content().keySet().stream()
        .filter(key -> key.startsWith("/" + bucket + "/"))
        .map(key -> key.substring(bucket.length() + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The double in memory that other tests break does what S3A does. */
  @Test
  void theDoubleOfTheTestsBehavesAsS3aDoes() throws IOException {
    long started = System.nanoTime();
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      String bucket = "bucket" + seed;
      try (TestStore store = TestStore.make(TestStore.Kind.S3, temporary);
          FileSystem real = open(bucket);
          FileSystem twin = new Path(store.name("")).getFileSystem(store.conf())) {
        for (int step = 0; step < 40; step++) {
          Named call = call(random);
          Set<String> before = keys(bucket);
          String told = said(real, call.call());
          assertThat(said(twin, call.call()))
              .as("seed %d: %s after %s", seed, call.name(), before)
              .isEqualTo(told);
          assertThat(store.keys())
              .as("seed %d: %s, %s after %s", seed, call.name(), told, before)
              .isEqualTo(keys(bucket));
        }
      }
    }
    System.out.printf("S3A beside its double: %.1f s%n", (System.nanoTime() - started) / 1e9);
  }

  /** Its answer may be lost: S3A asks again by itself. */
  @Test
  void artifactsAreWrittenAndReplaced() throws IOException {
    String target = "s3a://artifacts/folder/artifact";
    SmallArtifact.write(conf, target, "old", Overwrite.REFUSE);
    assertThat(SmallArtifact.read(conf, target)).isEqualTo("old");
    int[] puts = new int[1];
    server.loseAnswers(request -> request.startsWith("PUT ") && ++puts[0] % 3 == 0);
    try {
      SmallArtifact.write(conf, target, "new", Overwrite.REPLACE);
    } finally {
      server.loseAnswers(request -> false);
    }
    assertThat(SmallArtifact.read(conf, target)).isEqualTo("new");
  }

  /** Twice, at the first request of a writer and at his commit, for a while each. */
  @Test
  void aStoreThatThrottlesIsWaitedFor() throws IOException {
    String target = "s3a://throttled/folder/artifact";
    int[] refused = new int[2];
    long[] begun = new long[2];
    server.throttle(
        request -> {
          int which = request.matches("PUT .*/manifest.*") ? 1 : 0;
          begun[which] = begun[which] == 0 ? System.nanoTime() : begun[which];
          boolean now = System.nanoTime() - begun[which] < THROTTLED_NANOS;
          refused[which] += now ? 1 : 0;
          return now;
        });
    try {
      SmallArtifact.write(conf, target, "text", Overwrite.REFUSE);
    } finally {
      server.throttle(request -> false);
    }
    assertThat(refused[0]).isPositive();
    assertThat(refused[1]).isPositive();
    assertThat(SmallArtifact.read(conf, target)).isEqualTo("text");
  }

  /** S3A 3.3.4 is told by a look that another was faster; see {@link Store#LOOKS}. */
  @Test
  void ofTwoWritersTheSecondIsTold() throws IOException {
    String target = "s3a://writers/folder/artifact";
    SmallArtifact.write(conf, target, "old", Overwrite.REFUSE);
    SmallArtifact.Steps overtaken =
        new SmallArtifact.Steps() {
          @Override
          void publishing() {
            try {
              SmallArtifact.write(conf, target, "first", Overwrite.REPLACE);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    assertThatThrownBy(
            () -> SmallArtifact.write(conf, target, "second", Overwrite.REPLACE, overtaken))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM));
    assertThat(SmallArtifact.read(conf, target)).isEqualTo("first");
    // A manifest and four files.
    assertThat(keys("writers").stream().filter(key -> !key.endsWith("/"))).hasSize(5);
  }
}
