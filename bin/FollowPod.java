import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.k8s.SparkKubernetesClientFactory;
import scala.Enumeration;
import scala.Option;

/**
 * Follows the pod of a Spark driver to its end: what the driver says goes to standard error, and the exit code is the
 * driver's. spark-submit itself waits too, but ends with 0 whatever became of the driver.
 *
 * <p>Run from its source with Spark's jars as the class path ({@code bin/kubernetes.sh}) and the options that
 * spark-submit got, so that it asks the same API server as the same user: with Spark's own client, and without kubectl.
 * It asks every second and holds no connection, so nothing between here and there can cut it off.
 */
public final class FollowPod {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofMinutes(10);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final Set<Integer> CODES_OF_COMMANDS = Set.of(0, 1, 2, 3, 4, 5, 130, 143);
  private static final int PLATFORM = 5;

  private final PodResource pod;
  private final String name;
  private final String container;
  private final Duration patience;
  private volatile boolean ended;
  private boolean began;
  private String told = "";
  // Of the last line that was copied, and how many lines have this time.
  private Instant copied = Instant.EPOCH;
  private int copiedThen;

  private FollowPod(PodResource pod, String name, String container, Duration patience) {
    this.pod = pod;
    this.name = name;
    this.container = container;
    this.patience = patience;
  }

  /** What stops this with one line. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop(String line) {
      super(line);
    }
  }

  public static void main(String[] options) {
    int code;
    try {
      code = run(patience(), options);
    } catch (Stop stop) {
      say("error: " + stop.getMessage());
      code = PLATFORM;
    } catch (KubernetesClientException | IOException problem) {
      say("error: " + firstLine(problem));
      code = PLATFORM;
    } catch (InterruptedException end) {
      code = 130;
    }
    System.exit(code);
  }

  private static int run(Duration patience, String[] options) throws IOException, InterruptedException {
    SparkConf conf = conf(options);
    String namespace = conf.get("spark.kubernetes.namespace", "default");
    String name = conf.get("spark.kubernetes.driver.pod.name");
    String master = conf.get("spark.master").replaceFirst("^k8s://", "");
    if (!master.contains("://")) {
      master = "https://" + master;
    }
    try (KubernetesClient client = client(master, namespace, conf)) {
      FollowPod follow =
          new FollowPod(
              client.pods().inNamespace(namespace).withName(name),
              namespace + "/" + name,
              conf.get("spark.kubernetes.driver.podTemplateContainerName", "spark-kubernetes-driver"),
              patience);
      Runtime.getRuntime().addShutdownHook(new Thread(follow::interrupted));
      try {
        return follow.toItsEnd();
      } finally {
        // Whoever merely sees no more of it does not end it.
        follow.ended = true;
      }
    }
  }

  private static Duration patience() {
    String seconds = System.getenv().getOrDefault("SEQLM_PENDING_SECONDS", "900");
    if (!seconds.matches("[0-9]{1,9}")) {
      throw new Stop("SEQLM_PENDING_SECONDS must be a number of seconds, 0 for ever, but is " + seconds);
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  /** Of spark-submit's options those that name settings; what stands last counts, and files count least. */
  private static SparkConf conf(String[] options) throws IOException {
    SparkConf conf = new SparkConf(false);
    for (boolean files : List.of(true, false)) {
      for (int i = 0; i < options.length; i++) {
        String flag = options[i];
        String value = i + 1 < options.length ? options[i + 1] : "";
        if (flag.startsWith("--") && flag.contains("=")) {
          value = flag.substring(flag.indexOf('=') + 1);
          flag = flag.substring(0, flag.indexOf('='));
        }
        if (files && flag.equals("--properties-file")) {
          Properties properties = new Properties();
          try (InputStream in = Files.newInputStream(Path.of(value))) {
            properties.load(in);
          }
          conf = new SparkConf(false);
          for (String key : properties.stringPropertyNames()) {
            conf.set(key, properties.getProperty(key).strip());
          }
        } else if (!files && flag.equals("--master")) {
          conf.set("spark.master", value);
        } else if (!files && (flag.equals("--conf") || flag.equals("-c")) && value.contains("=")) {
          int equals = value.indexOf('=');
          conf.set(value.substring(0, equals), value.substring(equals + 1));
        }
      }
    }
    return conf;
  }

  private static KubernetesClient client(String master, String namespace, SparkConf conf) {
    Enumeration.Value submission;
    try {
      // Java has no name for Scala's inner objects.
      Class<?> types = Class.forName(SparkKubernetesClientFactory.class.getName() + "$ClientType$");
      submission =
          (Enumeration.Value)
              types.getMethod("Submission").invoke(types.getField("MODULE$").get(null));
    } catch (ReflectiveOperationException problem) {
      throw new IllegalStateException("not the client of a Spark 3.5", problem);
    }
    return SparkKubernetesClientFactory.createKubernetesClient(
        master,
        Option.apply(namespace),
        "spark.kubernetes.authenticate.submission",
        submission,
        conf,
        Option.empty());
  }

  private int toItsEnd() throws InterruptedException {
    Instant since = Instant.now();
    while (true) {
      Pod now = asked(pod::get);
      if (now == null) {
        ended = true;
        throw new Stop("pod " + name + " was deleted before it ended: start the command again");
      }
      ContainerState state = state(now);
      if (state != null && state.getRunning() != null) {
        tell("pod " + name + " runs");
      }
      if (state != null && (state.getRunning() != null || state.getTerminated() != null)) {
        began = true;
        copyLog();
      }
      if (state != null && state.getTerminated() != null) {
        ended = true;
        return code(state.getTerminated());
      }
      String phase = phase(now);
      if (phase.equals("Failed") || phase.equals("Succeeded")) {
        ended = true;
        throw new Stop("pod " + name + " ended as " + phase + reason(now) + "; nothing tells the driver's exit code");
      }
      if (state == null || state.getRunning() == null) {
        String why = waitsFor(now, state);
        tell("pod " + name + " waits" + why);
        if (!began && !patience.isZero() && since.plus(patience).isBefore(Instant.now())) {
          ended = true;
          asked(pod::delete);
          throw new Stop(
              "pod " + name + " did not start within " + patience.toSeconds() + " s" + why
                  + "; it was deleted. Mend what it waits for, or set SEQLM_PENDING_SECONDS, 0 for ever");
        }
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  /** The driver's, whatever else a mesh put beside it; null before the node has taken the pod. */
  private ContainerState state(Pod now) {
    if (now.getStatus() == null || now.getStatus().getContainerStatuses() == null) {
      return null;
    }
    List<ContainerStatus> all = now.getStatus().getContainerStatuses();
    return all.stream()
        .filter(status -> status.getName().equals(container) || all.size() == 1)
        .map(ContainerStatus::getState)
        .findFirst()
        .orElse(null);
  }

  private static String phase(Pod now) {
    String phase = now.getStatus() == null ? null : now.getStatus().getPhase();
    return phase == null ? "Pending" : phase;
  }

  private static String reason(Pod now) {
    return said(now.getStatus().getReason(), now.getStatus().getMessage());
  }

  private static String waitsFor(Pod now, ContainerState state) {
    if (state != null && state.getWaiting() != null) {
      return said(state.getWaiting().getReason(), state.getWaiting().getMessage());
    }
    if (now.getStatus() == null || now.getStatus().getConditions() == null) {
      return "";
    }
    return now.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("PodScheduled") && condition.getStatus().equals("False"))
        .map(condition -> said(condition.getReason(), condition.getMessage()))
        .findFirst()
        .orElse("");
  }

  private static String said(String reason, String message) {
    if (reason == null || reason.isEmpty()) {
      return message == null || message.isEmpty() ? "" : ": " + message.strip();
    }
    return ": " + reason + (message == null || message.isEmpty() ? "" : ", " + message.strip());
  }

  private int code(ContainerStateTerminated end) {
    int code = end.getExitCode() == null ? -1 : end.getExitCode();
    String how = "pod " + name + " ended with exit code " + code;
    if ("OOMKilled".equals(end.getReason())) {
      throw new Stop(how + ", for it took more memory than it may: give more spark.driver.memoryOverhead");
    }
    if (!CODES_OF_COMMANDS.contains(code)) {
      throw new Stop(how + said(end.getReason(), end.getMessage()) + ", which is the platform's: start the command again");
    }
    say(how);
    return code;
  }

  /** Prints what was not yet printed. A time of the log is exact to a second where it is asked for. */
  private void copyLog() {
    String log;
    try {
      log =
          copied.equals(Instant.EPOCH)
              ? pod.inContainer(container).usingTimestamps().getLog()
              : pod.inContainer(container).usingTimestamps().sinceTime(copied.toString()).getLog();
    } catch (KubernetesClientException problem) {
      // Logs may not be read here, or not now: the pod itself says how it goes.
      tell("the log of pod " + name + " cannot be read: " + firstLine(problem));
      return;
    }
    Instant before = copied;
    int then = copiedThen;
    int sameTime = 0;
    for (String line : log.split("\n")) {
      int space = line.indexOf(' ');
      Instant time;
      try {
        time = Instant.parse(line.substring(0, Math.max(0, space)));
      } catch (DateTimeParseException noTime) {
        continue;
      }
      if (time.isBefore(before) || time.equals(before) && ++sameTime <= then) {
        continue;
      }
      copiedThen = time.equals(copied) ? copiedThen + 1 : 1;
      copied = time;
      System.err.println(line.substring(space + 1));
    }
  }

  /** Asks until there is an answer: a run of days outlives an API server that is away for minutes. */
  private static <T> T asked(Supplier<T> question) throws InterruptedException {
    Instant since = Instant.now();
    boolean told = false;
    while (true) {
      try {
        return question.get();
      } catch (KubernetesClientException problem) {
        if (problem.getCode() == 401 || problem.getCode() == 403) {
          throw new Stop("the API server refuses to tell of the driver's pod, which may go on: " + firstLine(problem));
        }
        if (since.plus(SILENCE).isBefore(Instant.now())) {
          throw new Stop("the API server did not answer for " + SILENCE.toMinutes() + " minutes, and the driver may go on: " + firstLine(problem));
        }
        if (!told) {
          told = true;
          say("the API server does not answer, asking on: " + firstLine(problem));
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private void tell(String line) {
    if (!line.equals(told)) {
      told = line;
      say(line);
    }
  }

  /** The process is told to end: so is the driver, as where it is here. */
  private void interrupted() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      pod.withGracePeriod(GRACE.toSeconds()).delete();
      say("interrupted: pod " + name + " is deleted with it");
    } catch (KubernetesClientException problem) {
      say("interrupted: pod " + name + " could not be deleted (" + firstLine(problem) + ") and may still run");
    }
  }

  private static String firstLine(Throwable problem) {
    String message = problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
    return message.lines().findFirst().orElse("").strip();
  }

  private static void say(String line) {
    System.err.println("seqlm: " + line);
  }
}
