package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a process's machine has: cores, memory, disks, a clock, a shuffle service. */
public final class MachineRules {
  /** Bytes a second below which a disk holds up whatever is spilled to it. */
  static final double SLOW = 20e6;

  /** Milliseconds that clocks may differ by before people misread logs of two machines. */
  static final long SKEW = 5_000;

  /** The same before Kerberos refuses tickets, as its servers do by default. */
  static final long MOST_SKEW = 300_000;

  private static final Pattern OF_PROCESS =
      Pattern.compile("/(spark|executor)-[0-9a-f]{8}-[0-9a-f-]{27}.*$");

  private MachineRules() {}

  /** Of processes that run tasks. */
  public static List<Finding> cores(List<ProcessFacts> all) {
    return Verdict.findings("cores", all, MachineRules::cores);
  }

  private static Verdict cores(ProcessFacts process) {
    ProcessFacts.Cores cores = process.cores();
    if (cores.slots() == 0) {
      return Verdict.ok(cores.processors() + " cores; no tasks run here");
    }
    int most = 1;
    List<String> told = new ArrayList<>();
    for (Map.Entry<String, String> variable : new TreeMap<>(cores.threads()).entrySet()) {
      told.add(variable.getKey() + " " + variable.getValue());
      String value = variable.getValue().strip();
      most = Math.max(most, value.matches("[0-9]{1,6}") ? Integer.parseInt(value) : 1);
    }
    boolean set = cores.threads().containsKey("OMP_NUM_THREADS");
    if (!set) {
      most = Math.max(most, cores.processors());
      told.add("OMP_NUM_THREADS not set");
    }
    String found =
        cores.slots()
            + (cores.slots() == 1 ? " task at once on " : " tasks at once on ")
            + cores.processors()
            + (cores.processors() == 1 ? " core, " : " cores, ")
            + String.join(", ", told);
    if (cores.slots() > cores.processors()) {
      return Verdict.warn(
          found,
          "let no more tasks run at once than there are cores (--master 'local["
              + cores.processors()
              + "]', spark.executor.cores)");
    }
    if (most > 1 && (long) most * cores.slots() > cores.processors()) {
      return Verdict.warn(
          found,
          "set OMP_NUM_THREADS and OPENBLAS_NUM_THREADS to 1 (spark.executorEnv.…): a training"
              + " does so by itself, other code of native libraries would fight over the cores");
    }
    return Verdict.ok(found);
  }

  /**
   * Heaps and what is beside them, on each host.
   *
   * @param overhead bytes that an executor's process may take beside its heap
   */
  public static List<Finding> memory(List<ProcessFacts> all, long overhead) {
    Map<String, Long> wanted = new LinkedHashMap<>();
    all.forEach(
        one ->
            wanted.merge(
                one.host(), one.memory().heap() + (one.ofDriver() ? 0 : overhead), Long::sum));
    return Verdict.findings(
        "memory",
        all,
        all,
        one ->
            wanted.get(one.host()) <= one.memory().machine()
                ? Verdict.ok(heap(one))
                : Verdict.warn(
                    heap(one),
                    "the processes of a host may take more than it has ("
                        + Sizes.of(wanted.get(one.host()))
                        + "): give them less (--driver-memory, --executor-memory), or let fewer"
                        + " executors run on a host"),
        (verdict, group) -> verdict.key());
  }

  private static String heap(ProcessFacts one) {
    return "heap "
        + Sizes.of(one.memory().heap())
        + " of a machine or container with "
        + Sizes.of(one.memory().machine());
  }

  /**
   * Folders for what is spilled.
   *
   * @param room bytes below which a warning is due
   */
  public static List<Finding> disks(List<ProcessFacts> all, double room) {
    return Verdict.findings(
        "local disks", all, all, one -> disks(one, room), (verdict, group) -> disks(group));
  }

  private static Verdict disks(ProcessFacts process, double room) {
    String change = "spark.local.dir (YARN: yarn.nodemanager.local-dirs)";
    List<String> bad = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double slowest = Double.POSITIVE_INFINITY;
    for (ProcessFacts.Disk disk : process.disks()) {
      if (!disk.problem().isEmpty()) {
        bad.add(disk.folder());
        continue;
      }
      least = Math.min(least, disk.free());
      slowest = Math.min(slowest, disk.bytesPerSecond() > 0 ? disk.bytesPerSecond() : slowest);
    }
    if (bad.size() == process.disks().size()) {
      return Verdict.fail(
          "bad",
          "name a folder that this user may write to: " + change + ", or try seqlm doctor --fix");
    }
    if (least < Sizes.GIB) {
      return Verdict.fail("full", "make room, or name another disk: " + change);
    }
    if (!bad.isEmpty()) {
      return Verdict.warn(
          "bad", "Spark leaves out what it cannot write to: mend or remove it, " + change);
    }
    if (least < room) {
      return Verdict.warn(
          "little", "a large text may not fit: make room, or name another disk: " + change);
    }
    if (slowest < SLOW) {
      return Verdict.warn(
          "slow", "what is counted and shuffled waits for it: name a faster disk: " + change);
    }
    return Verdict.ok("");
  }

  private static String disks(List<ProcessFacts> group) {
    Set<String> folders = new LinkedHashSet<>();
    Set<String> problems = new LinkedHashSet<>();
    double free = Double.POSITIVE_INFINITY;
    double speed = Double.POSITIVE_INFINITY;
    for (ProcessFacts process : group) {
      for (ProcessFacts.Disk disk : process.disks()) {
        if (!disk.problem().isEmpty()) {
          problems.add(named(disk) + ": " + disk.problem());
          continue;
        }
        folders.add(named(disk));
        free = Math.min(free, disk.free());
        speed = disk.bytesPerSecond() > 0 ? Math.min(speed, disk.bytesPerSecond()) : speed;
      }
    }
    List<String> told = new ArrayList<>(problems);
    if (!folders.isEmpty()) {
      told.add(
          some(folders)
              + ": "
              + Sizes.of(free)
              + " free"
              + (Double.isInfinite(speed)
                  ? ""
                  : String.format(Locale.ROOT, ", %,.0f MB/s", speed / 1e6)));
    }
    return String.join("; ", told);
  }

  /** As a user named it, without the folders that Spark makes in it for one process. */
  private static String named(ProcessFacts.Disk disk) {
    return OF_PROCESS.matcher(disk.folder()).replaceFirst("");
  }

  /** The first of some folders, and how many more there are. */
  static String some(Collection<String> folders) {
    String first = folders.iterator().next();
    return folders.size() == 1 ? first : first + " and " + (folders.size() - 1) + " more";
  }

  /**
   * Clocks against the driver's.
   *
   * @param skews milliseconds that an executor's is ahead at least, by id; less than 0 if behind
   */
  public static List<Finding> clocks(List<ProcessFacts> all, Map<String, Long> skews) {
    List<ProcessFacts> asked = all.stream().filter(one -> skews.containsKey(one.id())).toList();
    return Verdict.findings(
        "clocks",
        asked,
        all,
        one -> clock(skews.get(one.id()), "", "the driver's"),
        (verdict, group) ->
            clockFound(group.stream().map(one -> skews.get(one.id())).toList(), "the driver's"));
  }

  /** A file system's time stamps against the driver's clock. */
  public static Finding stamps(long skew) {
    Verdict verdict = clock(skew, "", "the driver's");
    String found = "time stamps of the output " + clockFound(List.of(skew), "the driver's");
    return new Finding(
        "clocks", ProcessFacts.DRIVER, found, verdict.status(), verdict.exit(), verdict.remedy());
  }

  private static Verdict clock(long skew, String key, String whose) {
    long apart = Math.abs(skew);
    if (apart <= SKEW) {
      return Verdict.ok(key);
    }
    String remedy =
        "let one time service set all clocks (chrony, ntp): ages of files and of claims are read"
            + " from "
            + whose
            + ", and Kerberos refuses more than 5 minutes";
    return apart <= MOST_SKEW ? Verdict.warn(key, remedy) : Verdict.fail(key, remedy);
  }

  private static String clockFound(List<Long> skews, String whose) {
    long most = skews.stream().max(java.util.Comparator.comparingLong(Math::abs)).orElse(0L);
    // What is below the time that a question takes cannot be told.
    return most == 0
        ? "no different from " + whose
        : String.format(
            Locale.ROOT,
            "up to %.1f s %s %s",
            Math.abs(most) / 1e3,
            most > 0 ? "ahead of" : "behind",
            whose);
  }

  /** The external shuffle service of each host, where it is configured. */
  public static List<Finding> shuffleService(List<ProcessFacts> all) {
    List<ProcessFacts> asked = all.stream().filter(one -> one.shuffleService() != null).toList();
    return Verdict.findings(
        "shuffle service",
        asked,
        all,
        one ->
            one.shuffleService().isEmpty()
                ? Verdict.ok("answers")
                : Verdict.fail(
                    one.shuffleService(),
                    "start it on every host (YARN: the auxiliary service spark_shuffle), or set"
                        + " spark.shuffle.service.enabled=false"),
        (verdict, group) ->
            verdict.key()
                + " on "
                + group.stream()
                    .map(ProcessFacts::host)
                    .distinct()
                    .limit(3)
                    .collect(Collectors.joining(", ")));
  }
}
