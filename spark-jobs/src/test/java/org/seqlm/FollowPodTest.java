package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/FollowPod.java} makes of what an API server says of a driver's pod. */
class FollowPodTest {
  @TempDir static Path folder;
  private static final ByteArrayOutputStream SAID = new ByteArrayOutputStream();
  private static StandInApiServer server;
  private static URLClassLoader classes;

  @BeforeAll
  static void start() throws Exception {
    Path out = folder.resolve("classes");
    String source = Path.of("..", "bin", "FollowPod.java").toString();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "-cp",
                SubmittedJar.classPath(),
                "-d",
                out.toString(),
                source);
    assertThat(code).isZero();
    classes =
        new URLClassLoader(new URL[] {out.toUri().toURL()}, FollowPodTest.class.getClassLoader());
    server = new StandInApiServer(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    classes.close();
  }

  private record End(int code, String err) {}

  /** The exit code, or 5 with the one line that says why there is none. */
  private static End follow(String pod) throws Exception {
    Method run =
        classes.loadClass("FollowPod").getDeclaredMethod("run", Duration.class, String[].class);
    run.setAccessible(true);
    String[] options = {
      "--master",
      "k8s://" + server.url(),
      "--conf",
      "spark.kubernetes.namespace=a",
      "--conf",
      "spark.kubernetes.driver.pod.name=other",
      "--conf=spark.kubernetes.driver.pod.name=" + pod
    };
    PrintStream before = System.err;
    SAID.reset();
    System.setErr(new PrintStream(SAID, true, StandardCharsets.UTF_8));
    int code;
    try {
      code = (Integer) run.invoke(null, Duration.ofSeconds(1), options);
    } catch (InvocationTargetException stop) {
      System.err.println(stop.getCause().getMessage());
      code = ExitCode.PLATFORM.code();
    } finally {
      System.setErr(before);
    }
    return new End(code, SAID.toString(StandardCharsets.UTF_8));
  }

  private static Pod pod(String name, PodStatus status) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("a")
        .endMetadata()
        .withStatus(status)
        .build();
  }

  private static PodStatus terminated(int code, String reason) {
    return new PodStatusBuilder()
        .withPhase(code == 0 ? "Succeeded" : "Failed")
        .addNewContainerStatus()
        .withName("spark-kubernetes-driver")
        .withState(
            new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .endTerminated()
                .build())
        .endContainerStatus()
        .build();
  }

  private static void create(String name, PodStatus status) {
    server.admin().pods().inNamespace("a").resource(pod(name, status)).create();
  }

  @Test
  void theDriversCodeIsTheCommands() throws Exception {
    for (int code : List.of(0, 2, 3, 143)) {
      create("ends-" + code, terminated(code, "Error"));
      End end = follow("ends-" + code);
      assertThat(end.code()).isEqualTo(code);
      assertThat(end.err())
          .isEqualTo("seqlm: pod a/ends-" + code + " ended with exit code " + code + "\n");
    }
  }

  @Test
  void whatNoCommandEndsWithIsThePlatforms() throws Exception {
    create("full", terminated(137, "OOMKilled"));
    assertThat(follow("full").err()).contains("exit code 137", "spark.driver.memoryOverhead");
    create("killed", terminated(137, "Error"));
    End killed = follow("killed");
    assertThat(killed.code()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(killed.err()).contains("exit code 137: Error, which is the platform's");
    create(
        "evicted",
        new PodStatusBuilder()
            .withPhase("Failed")
            .withReason("Evicted")
            .withMessage("The node was low on memory.")
            .build());
    assertThat(follow("evicted").err())
        .contains("ended as Failed: Evicted, The node was low on memory.");
    assertThat(follow("nobody").err()).contains("pod a/nobody was deleted before it ended");
  }

  /** The GPUs that a driver asks for, for instance; the limit is a second here. */
  @Test
  void aPodThatNoNodeTakesIsGivenUp() throws Exception {
    create(
        "large",
        new PodStatusBuilder()
            .withPhase("Pending")
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("0/3 nodes are available: 3 Insufficient memory.")
            .endCondition()
            .build());
    End end = follow("large");
    assertThat(end.code()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(end.err())
        .contains(
            "pod a/large waits: Unschedulable, 0/3 nodes are available: 3 Insufficient memory.")
        .contains("did not start within 1 s", "SEQLM_PENDING_SECONDS");
    assertThat(server.admin().pods().inNamespace("a").withName("large").get()).isNull();
  }

  /**
   * Of a node that is away for longer than a driver is waited for; it has begun, so it is not given
   * up.
   */
  @Test
  void aDriverThatRanIsWaitedForWhateverItsNodeTells() throws Exception {
    PodStatus running =
        new PodStatusBuilder()
            .withPhase("Running")
            .addNewContainerStatus()
            .withName("spark-kubernetes-driver")
            .withNewState()
            .withNewRunning("2026-01-02T03:04:05Z")
            .endState()
            .endContainerStatus()
            .build();
    create("away", running);
    Thread later =
        new Thread(
            () -> {
              try {
                while (!SAID.toString(StandardCharsets.UTF_8).contains("away runs")) {
                  Thread.sleep(50);
                }
                status("away", new PodStatusBuilder().withPhase("Unknown").build());
                while (!SAID.toString(StandardCharsets.UTF_8).contains("away waits")) {
                  Thread.sleep(50);
                }
                Thread.sleep(1_500);
                status("away", terminated(0, "Completed"));
              } catch (InterruptedException problem) {
                throw new AssertionError(problem);
              }
            });
    later.start();
    End end = follow("away");
    later.join();
    assertThat(end.err()).contains("away waits", "ended with exit code 0");
    assertThat(end.code()).isZero();
  }

  private static void status(String name, PodStatus status) {
    server
        .admin()
        .pods()
        .inNamespace("a")
        .withName(name)
        .editStatus(now -> new PodBuilder(now).withStatus(status).build());
  }

  /** A mesh's container beside the driver's runs on; each line of the log comes once. */
  @Test
  void printsTheLogOnceAndLooksAtTheDriversContainerOnly() throws Exception {
    Path log = MiniKubernetes.log(folder, "long");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.1Z two\n");
    PodStatus running =
        new PodStatusBuilder()
            .withPhase("Running")
            .addNewContainerStatus()
            .withName("proxy")
            .withNewState()
            .withNewRunning("2026-01-02T03:04:05Z")
            .endState()
            .endContainerStatus()
            .addNewContainerStatus()
            .withName("spark-kubernetes-driver")
            .withNewState()
            .withNewRunning("2026-01-02T03:04:05Z")
            .endState()
            .endContainerStatus()
            .build();
    create("long", running);
    Thread later =
        new Thread(
            () -> {
              try {
                while (!SAID.toString(StandardCharsets.UTF_8).contains("two")) {
                  Thread.sleep(50);
                }
                Files.writeString(
                    log,
                    "2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.1Z two\n"
                        + "2026-01-02T03:04:05.1Z three\n2026-01-02T03:04:06.25Z four\n");
                server
                    .admin()
                    .pods()
                    .inNamespace("a")
                    .withName("long")
                    .editStatus(
                        now ->
                            new PodBuilder(now)
                                .editStatus()
                                .editLastContainerStatus()
                                .withState(
                                    terminated(4, "Error").getContainerStatuses().get(0).getState())
                                .endContainerStatus()
                                .endStatus()
                                .build());
              } catch (Exception problem) {
                throw new AssertionError(problem);
              }
            });
    later.start();
    End end = follow("long");
    later.join();
    assertThat(end.code()).isEqualTo(4);
    assertThat(end.err())
        .isEqualTo(
            "seqlm: pod a/long runs\none\ntwo\nthree\nfour\n"
                + "seqlm: pod a/long ended with exit code 4\n");
  }
}
