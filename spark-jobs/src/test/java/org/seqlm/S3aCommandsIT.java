package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.files.S3Server;
import org.seqlm.files.StoreCalls;
import org.seqlm.store.Sha256;

/** The jar that users submit, with its output on S3 through Hadoop's S3A. */
@OnCluster
class S3aCommandsIT {
  private static final Path LIBRARIES = Path.of(System.getProperty("seqlm.test.s3a", "target/s3a"));

  private static final int THROTTLED_SECONDS = 3;

  @TempDir static Path temporary;
  private static S3Server server;
  private static Path text;

  @BeforeAll
  static void start() throws IOException {
    server = new S3Server();
    text = Files.writeString(temporary.resolve("text.txt"), "red fox\nred owl\n".repeat(500));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SubmittedJar.Result run(String name, String... command) throws Exception {
    SubmittedJar jar =
        new SubmittedJar(Files.createDirectories(temporary.resolve(name))).withJars(LIBRARIES);
    server.settings().forEach((key, value) -> jar.conf("spark.hadoop." + key, value));
    return jar.run(command);
  }

  private static SubmittedJar.Result prepare(String name, String output, String... more)
      throws Exception {
    List<String> line =
        new ArrayList<>(List.of("prepare", "--input", text.toString(), "--output", output));
    line.addAll(List.of(more));
    return run(name, line.toArray(String[]::new));
  }

  private static void assertReads(String dataset) throws Exception {
    Path ngrams = Files.createTempDirectory(temporary, "ngrams").resolve("out");
    SubmittedJar.Result result =
        run("ngrams", "ngrams", "--input", dataset, "--output", ngrams.toString(), "--order", "2");
    assertThat(result.exit()).as(result.err()).isZero();
  }

  @Test
  void aDatasetIsWrittenAndReplaced() throws Exception {
    String output = "s3a://one/data/set";
    SubmittedJar.Result first = prepare("first", output, "--tokenizer", "word");
    assertThat(first.exit()).as(first.err()).isZero();
    SubmittedJar.Result second = prepare("second", output, "--tokenizer", "char");
    assertThat(second.exit()).as(second.err()).isEqualTo(ExitCode.CONFIGURATION.code());
    SubmittedJar.Result third = prepare("third", output, "--tokenizer", "char", "--overwrite");
    assertThat(third.exit()).as(third.err()).isZero();
    assertReads(output);
  }

  /**
   * Lets two overlap: the first that writes waits until the other does, too; the other waits until
   * the first has committed.
   */
  private static final class Overlap {
    private static final long STUCK_SECONDS = 120;

    private final Pattern data;
    private final String commit;
    private final Set<String> writers = ConcurrentHashMap.newKeySet();
    private volatile String first;

    /**
     * @param artifact bucket and key
     * @param commit the file that the first is to write
     */
    Overlap(String artifact, String commit) {
      data = Pattern.compile("PUT /" + artifact + "/data-([0-9a-f]+)/.*");
      this.commit = "/" + artifact + "/" + commit;
    }

    /** Holds the answer to a request. */
    boolean hold(String request) {
      Matcher matcher = data.matcher(request);
      if (matcher.matches()) {
        String writer = matcher.group(1);
        synchronized (this) {
          first = first == null ? writer : first;
        }
        writers.add(writer);
        until(() -> writer.equals(first) ? both() : server.content().containsKey(commit));
      }
      return false;
    }

    boolean both() {
      return writers.size() == 2;
    }

    private static void until(BooleanSupplier condition) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STUCK_SECONDS);
      try {
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
          Thread.sleep(20);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void ofTwoThatReplaceItOneWins() throws Exception {
    String output = "s3a://two/data/set";
    SubmittedJar.Result first = prepare("before", output, "--tokenizer", "word");
    assertThat(first.exit()).as(first.err()).isZero();
    Overlap overlap = new Overlap("two/data/set", "manifest-2.json");
    server.loseAnswers(overlap::hold);
    List<CompletableFuture<SubmittedJar.Result>> both = new ArrayList<>();
    for (String tokenizer : List.of("word", "char")) {
      both.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return prepare(tokenizer, output, "--tokenizer", tokenizer, "--overwrite");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    List<Integer> exits = new ArrayList<>();
    for (CompletableFuture<SubmittedJar.Result> each : both) {
      SubmittedJar.Result result = each.join();
      exits.add(result.exit());
      assertThat(result.exit()).as(result.err()).isIn(0, ExitCode.PLATFORM.code());
    }
    server.loseAnswers(request -> false);
    assertThat(overlap.both()).as("both were at work").isTrue();
    assertThat(exits).containsExactlyInAnyOrder(0, ExitCode.PLATFORM.code());
    // One manifest, and one folder of data: the winner's.
    Set<String> names = new TreeSet<>();
    for (String key : server.content().keySet()) {
      if (key.startsWith("/two/data/set/")) {
        names.add(key.substring("/two/data/set/".length()).split("/")[0]);
      }
    }
    assertThat(names).containsExactlyInAnyOrder("manifest-2.json", "data-" + overlap.first);
    assertReads(output);
  }

  /**
   * From the first file on, all requests of {@value #THROTTLED_SECONDS} s are refused: S3A's time
   * between two tries is a twentieth here of what it is, so that stands for a minute.
   */
  @Test
  void aStoreThatThrottlesForAMinuteIsWaitedFor() throws Exception {
    SubmittedJar.Result calm = prepare("calm", "s3a://calm/set", "--tokenizer", "word");
    assertThat(calm.exit()).as(calm.err()).isZero();
    AtomicLong begun = new AtomicLong();
    AtomicInteger refused = new AtomicInteger();
    server.throttle(
        request -> {
          if (request.startsWith("PUT /slow/set/data-")) {
            begun.compareAndSet(0, System.nanoTime());
          }
          boolean now =
              begun.get() != 0
                  && System.nanoTime() - begun.get() < TimeUnit.SECONDS.toNanos(THROTTLED_SECONDS);
          if (now) {
            refused.incrementAndGet();
          }
          return now;
        });
    SubmittedJar.Result slow;
    try {
      slow = prepare("slow", "s3a://slow/set", "--tokenizer", "word");
    } finally {
      server.throttle(request -> false);
    }
    assertThat(slow.exit()).as(slow.err()).isZero();
    assertThat(refused).hasPositiveValue();
    assertThat(data("/slow/set/")).isEqualTo(data("/calm/set/"));
  }

  /** What lies below a key's beginning, without the name of its writer and his manifest. */
  private static Map<String, String> data(String prefix) throws IOException {
    Map<String, String> data = new TreeMap<>();
    for (Map.Entry<String, byte[]> object : server.content().entrySet()) {
      String key = object.getKey();
      if (key.startsWith(prefix + "data-")) {
        data.put(key.replaceFirst(".*/data-[0-9a-f]+/", ""), Sha256.of(object.getValue()));
      }
    }
    assertThat(data).isNotEmpty();
    return data;
  }

  /**
   * In the midst of a command's writing; it does not wait for ever, and does it when asked again.
   */
  @Test
  void aStoreThatIsGoneEndsTheCommand() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    server.throttle(
        request -> {
          if (request.startsWith("PUT /gone/set/data-") && puts.incrementAndGet() == 2) {
            server.calls().arm(StoreCalls.Fault.KILL, 1); // this and all that follow
          }
          return false;
        });
    SubmittedJar.Result result;
    try {
      result = prepare("gone", "s3a://gone/set", "--tokenizer", "word");
    } finally {
      server.throttle(request -> false);
      server.calls().disarm();
    }
    assertThat(puts).hasValueGreaterThanOrEqualTo(2);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(result.err())
        .contains("Writing Object on set/data-")
        .doesNotContain("\tat org.seqlm");
    SubmittedJar.Result again = prepare("again", "s3a://gone/set", "--tokenizer", "word");
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(data("/gone/set/")).isNotEmpty();
  }
}
