package org.seqlm.spark.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.apache.spark.util.CollectionAccumulator;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.ReachRules;
import org.seqlm.spark.task.GpuClashes;
import org.seqlm.spark.task.Placement;
import org.seqlm.spark.task.TaskSlots;
import scala.collection.JavaConverters;

/**
 * Asks every executor that is registered: a task each, which prefers its executor, and again those
 * of which no task came to be there, until all have answered or the time is up.
 */
public final class Survey {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*]");
  private static final long LOOK_MILLIS = 200;

  /** Where nobody says how many executors come, they are all there when none came for so long. */
  private static final long QUIET_MILLIS = 2_000;

  /** A task in an executor that has answered leaves the others to the rest for so long. */
  private static final long HOLD_MILLIS = 200;

  /** Executors that dynamic allocation is given a reason for, where it has no most. */
  private static final int MOST_ASKED_FOR = 8;

  /** Answers that this process has given, by survey. */
  private static final Map<String, Boolean> ANSWERED = new HashMap<>();

  private final JavaSparkContext spark;
  private final ProcessQuestion question;
  private final String id = UUID.randomUUID().toString();
  private final long from = System.nanoTime();
  private final long limitNanos;
  private String problem = ""; // why Spark gave up asking

  private Survey(JavaSparkContext spark, ProcessQuestion question, double seconds) {
    this.spark = spark;
    this.question = question;
    this.limitNanos = (long) (seconds * 1e9);
  }

  /**
   * What came of it.
   *
   * @param answers of executors, by their numbers
   * @param reached how many there are
   * @param skews milliseconds that each one's clock is ahead of the driver's at least, by id
   */
  public record Answers(
      List<ProcessQuestion.Answer> answers,
      ReachRules.Executors reached,
      Map<String, Long> skews) {}

  /**
   * Asks.
   *
   * @param seconds to wait, for executors to come and for all of them to answer
   */
  public static Answers ask(JavaSparkContext spark, ProcessQuestion question, double seconds) {
    return new Survey(spark, question, seconds).ask();
  }

  private Answers ask() {
    SparkConf conf = spark.getConf();
    boolean dynamic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    int expected = expected(conf);
    Map<String, String> there = awaited(dynamic ? 0 : expected, dynamic);
    Map<String, ProcessQuestion.Answer> answers =
        new TreeMap<>(Comparator.comparingInt(String::length).thenComparing(String::compareTo));
    CollectionAccumulator<byte[]> told = spark.sc().collectionAccumulator("seqlm doctor");
    int forMore = dynamic ? moreTasks(conf) : 0;
    while (left() > 0 && problem.isEmpty()) {
      Set<String> missing = new HashSet<>(there.keySet());
      missing.removeAll(answers.keySet());
      if (missing.isEmpty() && forMore == 0) {
        break;
      }
      ask(there, missing, forMore, told);
      forMore = 0;
      for (byte[] answer : told.value()) {
        ProcessQuestion.Answer read = decoded(answer);
        answers.put(read.facts().id(), read);
      }
      there = executors();
    }
    // One that answered may be gone by now.
    Set<String> known = new HashSet<>(there.keySet());
    known.addAll(answers.keySet());
    return new Answers(
        answers.values().stream().map(this::scheduled).toList(),
        new ReachRules.Executors(
            known.size(), answers.size(), expected, dynamic, limitNanos / 1e9, problem),
        answers.isEmpty() || !problem.isEmpty() ? Map.of() : clocks(there));
  }

  /**
   * A process knows its settings; how many tasks it gets at once, and which GPUs where no task
   * takes one, the scheduler.
   */
  private ProcessQuestion.Answer scheduled(ProcessQuestion.Answer answer) {
    return JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(false)).stream()
        .filter(executor -> executor.id().equals(answer.facts().id()))
        .findFirst()
        .map(
            executor ->
                new ProcessQuestion.Answer(
                    scheduled(answer.facts(), executor.maxTasks(), GpuClashes.addresses(executor)),
                    answer.fixed()))
        .orElse(answer);
  }

  /**
   * With what the scheduler knows.
   *
   * @param slots tasks at once; 0 where it does not know
   * @param gpus addresses of all that the executor has
   */
  static ProcessFacts scheduled(ProcessFacts facts, int slots, List<String> gpus) {
    ProcessFacts known = slots > 0 ? facts.withSlots(slots) : facts;
    return known.gpus().addresses().isEmpty() ? known.withAddresses(gpus) : known;
  }

  private long left() {
    return limitNanos - (System.nanoTime() - from);
  }

  /** Executors that settings ask for from the start; 0 where they leave it open. */
  static int expected(SparkConf conf) {
    Matcher here = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    if (here.matches()) {
      return Integer.parseInt(here.group(1));
    }
    boolean manager = conf.get("spark.master", "").matches("yarn|k8s:.*");
    // Standalone masters start what fits, and know of no such number.
    return conf.getInt("spark.executor.instances", manager ? 2 : 0);
  }

  /** Tasks that let dynamic allocation start executors. */
  private static int moreTasks(SparkConf conf) {
    int most = conf.getInt("spark.dynamicAllocation.maxExecutors", MOST_ASKED_FOR);
    return Math.max(1, Math.min(most, MOST_ASKED_FOR)) * TaskSlots.ofProcess(conf, 1);
  }

  /** Hosts of the executors that are registered, by id. */
  private Map<String, String> executors() {
    Map<String, String> hosts = new LinkedHashMap<>();
    for (ExecutorSummary executor :
        JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true))) {
      if (!executor.id().equals(ProcessFacts.DRIVER)) {
        hosts.put(executor.id(), executor.hostPort().replaceFirst(":\\d+$", ""));
      }
    }
    return hosts;
  }

  private Map<String, String> awaited(int expected, boolean dynamic) {
    Map<String, String> there = executors();
    long quietSince = System.nanoTime();
    while (left() > 0) {
      boolean quiet = System.nanoTime() - quietSince > QUIET_MILLIS * 1_000_000;
      boolean enough =
          expected > 0 ? there.size() >= expected : quiet && (dynamic || !there.isEmpty());
      if (enough) {
        break;
      }
      pause(LOOK_MILLIS);
      Map<String, String> now = executors();
      if (!now.keySet().equals(there.keySet())) {
        quietSince = System.nanoTime();
      }
      there = now;
    }
    return there;
  }

  private void ask(
      Map<String, String> there,
      Collection<String> missing,
      int more,
      CollectionAccumulator<byte[]> told) {
    List<List<String>> places = new ArrayList<>();
    missing.forEach(one -> places.add(List.of(Placement.location(there.get(one), one))));
    for (int i = 0; i < more; i++) {
      places.add(List.of());
    }
    String survey = id;
    ProcessQuestion asked = question;
    JavaFutureAction<Void> job =
        Placement.preferring(spark, places)
            .foreachPartitionAsync(numbers -> answerOnce(survey, asked, told));
    try {
      job.get(Math.max(1, left()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      job.cancel(true); // whoever has answered is told
    } catch (ExecutionException e) {
      String why = String.valueOf(e.getCause().getMessage()).lines().findFirst().orElse("");
      problem = why.isBlank() ? e.getCause().getClass().getSimpleName() : why;
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw UserException.platform("the executors were not asked to the end", e);
    }
  }

  /** In a task. */
  private static void answerOnce(
      String survey, ProcessQuestion question, CollectionAccumulator<byte[]> told) {
    synchronized (ANSWERED) {
      if (!ANSWERED.containsKey(survey)) {
        told.add(Json.line(question.ofExecutor()).getBytes(StandardCharsets.UTF_8));
        ANSWERED.put(survey, true);
        return;
      }
    }
    pause(HOLD_MILLIS);
  }

  private static ProcessQuestion.Answer decoded(byte[] answer) {
    try {
      return Json.mapper().readValue(answer, ProcessQuestion.Answer.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Clocks, by a question so short that its time says little: what it takes cannot be told from a
   * clock that is wrong.
   */
  private Map<String, Long> clocks(Map<String, String> there) {
    List<List<String>> places = new ArrayList<>();
    there.forEach((one, host) -> places.add(List.of(Placement.location(host, one))));
    Map<String, Long> skews = new TreeMap<>();
    for (int turn = 0; turn < 2 && !places.isEmpty(); turn++) {
      long begun = System.currentTimeMillis();
      List<String> clocks =
          Placement.preferring(spark, places)
              .map(number -> SparkEnv.get().executorId() + " " + System.currentTimeMillis())
              .collect();
      long ended = System.currentTimeMillis();
      for (String clock : clocks) {
        String[] told = clock.split(" ");
        skews.merge(
            told[0],
            skew(Long.parseLong(told[1]), begun, ended),
            (one, other) -> Math.abs(one) < Math.abs(other) ? one : other);
      }
    }
    return skews;
  }

  /** How far a time lies outside an interval. */
  static long skew(long told, long from, long to) {
    return told < from ? told - from : Math.max(0, told - to);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw UserException.platform("interrupted", e);
    }
  }
}
