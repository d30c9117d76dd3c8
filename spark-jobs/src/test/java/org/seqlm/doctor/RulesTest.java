package org.seqlm.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.doctor.SomeFacts.GIB;
import static org.seqlm.doctor.SomeFacts.all;
import static org.seqlm.doctor.SomeFacts.driver;
import static org.seqlm.doctor.SomeFacts.executor;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;

/** Each rule on processes of which one thing is spoilt. */
class RulesTest {
  private static Finding only(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.get(0);
  }

  private static Finding bad(List<Finding> findings) {
    return only(findings.stream().filter(one -> one.status() != Status.OK).toList());
  }

  private static void assertIs(Finding finding, Status status, String where, String... parts) {
    assertThat(finding.status()).as(finding.toString()).isEqualTo(status);
    assertThat(finding.where()).isEqualTo(where);
    assertThat(finding.found() + " -> " + finding.remedy()).contains(parts);
  }

  @Test
  void whoIsWellSharesALine() {
    List<ProcessFacts> all = all(driver(), executor(0, "a"), executor(1, "b"));
    assertIs(only(VersionRules.of(all)), Status.OK, "driver, 2 executors", "Spark 3.5.5");
    assertThat(NativeRules.of(all)).hasSize(3).allMatch(one -> one.status() == Status.OK);
    assertIs(only(GpuRules.of(all, 0)), Status.OK, "driver, 2 executors", "none asked for");
    assertThat(only(MachineRules.disks(all, 10 * GIB)).found())
        .isEqualTo("/tmp: 50 GiB free, 400 MB/s");
  }

  @Test
  void processesAreNamedAsShortlyAsCanBe() {
    SomeFacts[] many = new SomeFacts[11];
    many[0] = driver();
    for (int i = 0; i < 10; i++) {
      many[1 + i] = executor(i, i < 5 ? "a" : "h" + i);
    }
    List<ProcessFacts> all = all(many);
    assertThat(Places.of(all, all)).isEqualTo("driver, 10 executors");
    assertThat(Places.of(all.subList(1, 6), all)).isEqualTo("executors 0, 1, 2 and 2 more on a");
    assertThat(Places.of(all.subList(5, 10), all))
        .isEqualTo("executor 4 on a, executor 5 on h5, executor 6 on h6, those of 2 more hosts");
    assertThat(Places.of(all.subList(0, 1), all)).isEqualTo("driver");
  }

  @Test
  void versionsAreThoseOfTheJarAndOfTheDriver() {
    assertIs(
        bad(VersionRules.of(all(driver().version("Spark", "3.4.1")))),
        Status.FAIL,
        "driver",
        "Spark 3.4.1",
        "Spark 3.5 built for Scala 2.12");
    assertIs(
        bad(VersionRules.of(all(driver(), executor(0, "b").version("seqlm", "0.0.9")))),
        Status.FAIL,
        "executor 0 on b",
        "seqlm 0.0.9",
        "the driver has seqlm 0.1.0");
    assertIs(
        bad(VersionRules.of(all(driver(), executor(0, "b").version("Spark", "3.5.1")))),
        Status.FAIL,
        "executor 0 on b",
        "one release everywhere");
    assertIs(
        bad(VersionRules.of(all(driver(), executor(0, "b").version("Java", "21.0.2")))),
        Status.WARN,
        "executor 0 on b",
        "Java 17.0.12");
    assertIs(
        bad(VersionRules.of(all(driver().version("Java", "11.0.2")))),
        Status.FAIL,
        "driver",
        "Java 17 or newer");
    assertThat(VersionRules.feature("17.0.12+7")).isEqualTo(17);
    assertThat(VersionRules.feature("21")).isEqualTo(21);
    assertThat(VersionRules.feature("x")).isZero();
  }

  @Test
  void nativesLoadFromAFolderWithRoom() {
    SomeFacts full = executor(1, "b");
    full.problems = Map.of("torch", "No space left on device");
    full.cache = new ProcessFacts.Cache("/cache", null, 1 << 20, 0, 0);
    List<Finding> findings = NativeRules.of(all(driver(), executor(0, "a"), full));
    assertThat(findings.stream().filter(one -> one.status() == Status.FAIL))
        .hasSize(2)
        .allMatch(one -> one.where().equals("executor 1 on b"))
        .allMatch(one -> one.remedy().contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"));

    SomeFacts elsewhere = driver();
    elsewhere.cache = new ProcessFacts.Cache("/home/.javacpp", "/asked", 30 * GIB, 800, 0);
    assertIs(bad(NativeRules.of(all(elsewhere))), Status.WARN, "driver", "in place of /asked");
    SomeFacts stale = driver();
    stale.cache = new ProcessFacts.Cache("/cache", "/cache", 30 * GIB, 800, 2);
    assertIs(bad(NativeRules.of(all(stale))), Status.WARN, "driver", "2 half unpacked", "--fix");
    SomeFacts nowhere = driver();
    nowhere.cache = new ProcessFacts.Cache(null, null, 0, 0, 0);
    assertIs(bad(NativeRules.of(all(nowhere))), Status.FAIL, "driver", "no folder can be made");
    SomeFacts without = driver();
    without.absent = List.of("torch");
    assertIs(bad(NativeRules.of(all(without))), Status.WARN, "driver", "of torch");
  }

  @Test
  void aMixtureOfKernelsIsNamed() {
    SomeFacts other = executor(1, "b");
    other.kernels = Map.of("openblas core", "ZEN", "libtorch capability", "AVX2", "gpu", "x");
    Finding mixture = bad(NativeRules.of(all(driver(), executor(0, "a"), other)));
    assertIs(
        mixture,
        Status.WARN,
        "executor 1 on b",
        "a mixture: openblas core ZEN where others have HASWELL",
        "--kernels portable");
    assertThat(mixture.found()).doesNotContain("libtorch");
  }

  @Test
  void coresAreNoFewerThanWhatComputes() {
    SomeFacts crowded = driver();
    crowded.slots = 8;
    assertIs(
        bad(MachineRules.cores(all(crowded))),
        Status.WARN,
        "driver",
        "8 tasks at once on 4 cores",
        "local[4]");
    SomeFacts threads = driver();
    threads.threads = Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "3");
    assertIs(bad(MachineRules.cores(all(threads))), Status.WARN, "driver", "MKL_NUM_THREADS 3");
    SomeFacts unset = driver();
    unset.threads = Map.of();
    assertIs(bad(MachineRules.cores(all(unset))), Status.WARN, "driver", "not set");
    unset.slots = 0;
    assertThat(only(MachineRules.cores(all(unset))).status()).isEqualTo(Status.OK);
  }

  @Test
  void aHostHasTheMemoryOfAllItsProcesses() {
    SomeFacts one = executor(0, "b");
    SomeFacts two = executor(1, "b");
    one.heap = two.heap = 4 * GIB;
    assertThat(MachineRules.memory(all(driver(), one, two), 0))
        .allMatch(finding -> finding.status() == Status.OK);
    assertIs(
        bad(MachineRules.memory(all(driver(), one, two), GIB)),
        Status.WARN,
        "2 executors",
        "heap 4.0 GiB",
        "more than it has (10 GiB)");
  }

  @Test
  void disksCanBeWrittenAndHaveRoom() {
    SomeFacts two = executor(1, "b");
    two.disks.add(new ProcessFacts.Disk("/file/x", "/file is a file", 0, 0));
    assertIs(
        bad(MachineRules.disks(all(driver(), executor(0, "a"), two), 10 * GIB)),
        Status.WARN,
        "executor 1 on b",
        "/file/x: /file is a file; /tmp: 50 GiB free",
        "Spark leaves out");
    SomeFacts none = driver();
    none.disks.set(0, new ProcessFacts.Disk("/x", "this user may not write to /x", 0, 0));
    assertIs(
        bad(MachineRules.disks(all(none), 0)), Status.FAIL, "driver", "may not write", "--fix");
    SomeFacts full = driver();
    full.disks.set(0, new ProcessFacts.Disk("/tmp", "", GIB / 2, 400e6));
    assertIs(bad(MachineRules.disks(all(full), 0)), Status.FAIL, "driver", "512 MiB free");
    SomeFacts little = driver();
    little.disks.set(0, new ProcessFacts.Disk("/tmp", "", 9 * GIB, 400e6));
    assertIs(bad(MachineRules.disks(all(little), 10 * GIB)), Status.WARN, "driver", "9.0 GiB free");
    SomeFacts slow = driver();
    slow.disks.set(0, new ProcessFacts.Disk("/tmp", "", 90 * GIB, 5e6));
    assertIs(bad(MachineRules.disks(all(slow), 0)), Status.WARN, "driver", "5 MB/s", "faster");
  }

  @Test
  void foldersThatSparkMakesForAProcessAreNotTold() {
    String uuid = "e3b3198c-831f-46f4-901f-68108396094f";
    SomeFacts executor = executor(0, "a");
    executor.disks.set(
        0, new ProcessFacts.Disk("/data/spark-" + uuid + "/executor-" + uuid, "", 50 * GIB, 400e6));
    assertThat(only(MachineRules.disks(all(executor), 0)).found()).startsWith("/data: ");
  }

  @Test
  void clocksAgree() {
    List<ProcessFacts> all = all(driver(), executor(0, "a"), executor(1, "b"));
    assertIs(
        only(MachineRules.clocks(all, Map.of("0", 0L, "1", -4_000L))),
        Status.OK,
        "2 executors",
        "up to 4.0 s behind the driver's");
    assertIs(
        bad(MachineRules.clocks(all, Map.of("0", 0L, "1", 8_000L))),
        Status.WARN,
        "executor 1 on b",
        "8.0 s ahead of");
    assertIs(
        bad(MachineRules.clocks(all, Map.of("0", 0L, "1", -3_600_000L))),
        Status.FAIL,
        "executor 1 on b",
        "3600.0 s behind");
    assertThat(MachineRules.clocks(all, Map.of())).isEmpty();
    assertThat(MachineRules.stamps(-400_000).status()).isEqualTo(Status.FAIL);
    assertThat(MachineRules.stamps(0).found())
        .isEqualTo("time stamps of the output no different from the driver's");
  }

  @Test
  void theShuffleServiceAnswersWhereItIsAskedFor() {
    assertThat(MachineRules.shuffleService(all(driver(), executor(0, "a")))).isEmpty();
    SomeFacts with = executor(0, "a");
    SomeFacts without = executor(1, "b");
    with.shuffleService = "";
    without.shuffleService = "nobody answers at port 7337";
    List<ProcessFacts> all = all(driver(), with, without);
    assertIs(
        bad(MachineRules.shuffleService(all)),
        Status.FAIL,
        "executor 1 on b",
        "port 7337 on b",
        "spark_shuffle");
  }

  @Test
  void gpusAreThereWhereTheyAreDealtOut() {
    SomeFacts none = executor(0, "b");
    none.addresses = List.of("0");
    assertIs(
        bad(GpuRules.of(all(driver(), none), 1)),
        Status.FAIL,
        "executor 0 on b",
        "none; Spark gave it GPU 0",
        "nvidia-smi does not show");
    SomeFacts another = executor(0, "b").gpu(0, 9, 0, "580.65.06").gpu(1, 9, 0, "580.65.06");
    another.torchCuda = true;
    another.addresses = List.of("7");
    assertIs(
        bad(GpuRules.of(all(driver(), another), 1)),
        Status.FAIL,
        "executor 0 on b",
        "2 x GPU (9.0, 80 GiB), driver 580.65.06",
        "deals out GPU 7");
    // By a MIG device's name nothing can be told.
    another.addresses = List.of("MIG-8e942c43");
    assertThat(only(GpuRules.of(all(driver(), another), 1)).status()).isEqualTo(Status.OK);
    another.seen = 1;
    assertIs(
        bad(GpuRules.of(all(driver(), another), 1)),
        Status.WARN,
        "executor 0 on b",
        "CUDA_VISIBLE_DEVICES");
  }

  @Test
  void nativesForCpusAreRefusedWhereGpusAreAskedFor() {
    SomeFacts cpu = executor(0, "b").gpu(0, 9, 0, "580.65.06");
    assertThat(only(GpuRules.of(all(driver(), cpu), 0)).found())
        .endsWith("this jar computes on CPUs");
    Finding refused = bad(GpuRules.of(all(driver(), cpu), 1));
    assertThat(refused.exit()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refused.remedy()).contains("mvn -Pgpu package");
  }

  @Test
  void binariesHoldCodeForTheGpuAndTheDriverIsNewEnough() {
    assertThat(GpuRules.runsTorch(7, 5)).isTrue();
    assertThat(GpuRules.runsTorch(8, 9)).isTrue();
    assertThat(GpuRules.runsTorch(12, 1)).isTrue();
    assertThat(GpuRules.runsTorch(7, 0)).isFalse();
    assertThat(GpuRules.runsTorch(11, 0)).isFalse();
    assertIs(
        bad(GpuRules.of(all(torch(7, 0, "580.65.06")), 1)),
        Status.FAIL,
        "driver",
        "capability 7.0 (it has 7.5, 8.0, 9.0, 10.0, 10.3, 12.0)",
        "mvn -Pdl4j-cuda package and give --engine dl4j");
    assertIs(
        bad(GpuRules.of(all(torch(9, 0, "550.54.15")), 1)),
        Status.FAIL,
        "driver",
        "needs driver 580");
    SomeFacts nd4j = driver().gpu(0, 9, 0, "580.65.06");
    nd4j.nd4jCuda = true;
    assertIs(
        bad(GpuRules.of(all(nd4j), 1)),
        Status.FAIL,
        "driver",
        "nd4j-cuda has code for none after 8.6",
        "mvn -Pgpu package and give --engine torch");
    SomeFacts old = driver().gpu(0, 7, 0, "470.82");
    old.nd4jCuda = true;
    assertThat(only(GpuRules.of(all(old), 1)).status()).isEqualTo(Status.OK);
  }

  private static SomeFacts torch(int major, int minor, String driver) {
    SomeFacts facts = driver().gpu(0, major, minor, driver);
    facts.torchCuda = true;
    return facts;
  }

  @Test
  void everyExecutorAnswers() {
    assertThat(ReachRules.executors(new ReachRules.Executors(8, 8, 8, false, 60, "")).found())
        .isEqualTo("8 answered");
    assertIs(
        ReachRules.executors(new ReachRules.Executors(3, 3, 8, false, 60, "")),
        Status.WARN,
        "driver",
        "3 answered, 8 asked for",
        "within 60 s");
    assertIs(
        ReachRules.executors(new ReachRules.Executors(8, 7, 8, false, 60, "")),
        Status.FAIL,
        "driver",
        "7 of 8 answered");
    assertIs(
        ReachRules.executors(new ReachRules.Executors(3, 3, 8, true, 60, "")),
        Status.OK,
        "driver",
        "3 answered, 8 asked for; more may come (dynamic allocation)");
    assertIs(
        ReachRules.executors(new ReachRules.Executors(2, 1, 2, false, 60, "Executor lost")),
        Status.FAIL,
        "driver",
        "1 of 2 answered, then: Executor lost",
        "memoryOverhead");
  }

  @Test
  void theOutputIsCommittedByOneAndWrittenByAll() {
    SomeFacts cannot = executor(0, "b");
    cannot.output = "it is this host's own disk";
    SomeFacts can = driver();
    can.output = "";
    List<ProcessFacts> all = all(can, cannot);
    List<Finding> findings =
        ReachRules.output("/out", new ReachRules.Commit("hdfs, a rename", false, 1), all);
    assertIs(findings.get(0), Status.OK, "driver", "/out: hdfs, a rename, of two writers one won");
    assertIs(bad(findings), Status.FAIL, "executor 0 on b", "own disk", "every machine reaches");
    List<ProcessFacts> one = all(can);
    assertIs(
        bad(ReachRules.output("s3a://b/o", new ReachRules.Commit("s3a, a look", true, 2), one)),
        Status.WARN,
        "driver",
        "both won",
        "one job at a time");
    assertIs(
        bad(ReachRules.output("/out", new ReachRules.Commit("x", false, 2), one)),
        Status.FAIL,
        "driver",
        "does not keep");
  }

  @Test
  void wrongSettingsGoBeforeThePlatform() {
    Finding ok = Finding.ok("a", "driver", "x");
    Finding warn = Finding.warn("a", "driver", "x", "y");
    Finding fail = Finding.fail("a", "driver", "x", "y");
    Finding refuse = Finding.refuse("a", "driver", "x", "y");
    assertThat(Finding.exit(List.of(ok, warn))).isEqualTo(ExitCode.DONE);
    assertThat(Finding.exit(List.of(ok, fail, warn))).isEqualTo(ExitCode.PLATFORM);
    assertThat(Finding.exit(List.of(fail, refuse, warn))).isEqualTo(ExitCode.CONFIGURATION);
  }
}
