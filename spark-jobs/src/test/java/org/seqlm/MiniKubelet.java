package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A node of {@link MiniKubernetes}: starts the container of each pod as {@code
 * src/test/kubernetes/container} does, with what the pod says of its command, its variables, its
 * volumes (config maps, empty and the machine's folders), its user and its root file system; says
 * how it goes on; and ends what is deleted. Each pod has a loopback address of its own and a hosts
 * file that knows all services. Of other things that pods can say, it knows nothing.
 */
final class MiniKubelet implements AutoCloseable {
  private static final Path CONTAINER =
      Path.of("src", "test", "kubernetes", "container").toAbsolutePath();
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** What the image holds, by where it is in it. */
  record Image(Map<String, Path> files, Map<String, String> variables) {}

  private final MiniKubernetes kubernetes;
  private final KubernetesClient client;
  private final Path folder;
  private final Image image;
  private final Map<String, Running> pods = new ConcurrentHashMap<>();
  private final Thread loop = new Thread(this::loop, "kubelet");
  private volatile boolean stopped;
  private volatile Throwable problem;
  private int addresses;

  /** A pod that was started. */
  static final class Running {
    private final Pod pod;
    private final String address;
    private final Process process;
    private final Instant started = Instant.now();
    private volatile Instant told;
    private boolean reported;

    private Running(Pod pod, String address, Process process) {
      this.pod = pod;
      this.address = address;
      this.process = process;
    }

    /** As it was when it was started. */
    Pod pod() {
      return pod;
    }

    /** Whether its process is no more. */
    boolean ended() {
      return !process.isAlive();
    }

    private void end(long graceSeconds) {
      if (told == null) {
        told = Instant.now();
        // The container's first process; unshare itself does not pass signals on.
        process.children().forEach(ProcessHandle::destroy);
      }
      if (told.plusSeconds(graceSeconds).isBefore(Instant.now())) {
        process.destroyForcibly();
      }
    }
  }

  MiniKubelet(MiniKubernetes kubernetes, Path folder, Image image) {
    this.kubernetes = kubernetes;
    this.client = kubernetes.admin();
    this.folder = folder;
    this.image = image;
    loop.start();
  }

  /** All that were ever started, by name. */
  Map<String, Running> started() {
    return new TreeMap<>(pods);
  }

  /** What a pod said so far. */
  String said(String pod) throws IOException {
    return MiniKubernetes.lines(MiniKubernetes.log(folder, pod), "");
  }

  @Override
  public void close() throws Exception {
    stopped = true;
    loop.join();
    pods.values().forEach(running -> running.process.destroyForcibly());
    for (Running running : pods.values()) {
      running.process.waitFor();
    }
    assertThat(problem).isNull();
  }

  private void loop() {
    while (!stopped) {
      try {
        step();
        Thread.sleep(200);
      } catch (IOException | InterruptedException | RuntimeException | AssertionError anything) {
        problem = anything;
        anything.printStackTrace();
        return;
      }
    }
  }

  private void step() throws IOException {
    List<Pod> all = client.pods().inAnyNamespace().list().getItems();
    writeHosts(client.services().inAnyNamespace().list().getItems());
    for (Pod pod : all) {
      try {
        step(pod);
      } catch (KubernetesClientException e) {
        // Deleted since it was listed: the next step ends its process.
        if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
          throw e;
        }
      }
    }
    List<String> names = all.stream().map(pod -> pod.getMetadata().getName()).toList();
    pods.forEach(
        (name, running) -> {
          if (!names.contains(name) && running.process.isAlive()) {
            running.end(0);
          }
        });
  }

  private void step(Pod pod) throws IOException {
    Running running = pods.get(pod.getMetadata().getName());
    boolean deleted = pod.getMetadata().getDeletionTimestamp() != null;
    if (running == null && !deleted) {
      start(pod);
    } else if (running != null && running.process.isAlive() && deleted) {
      Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
      running.end(grace == null ? 0 : grace);
    } else if (running != null && !running.process.isAlive() && !running.reported) {
      running.reported = true;
      int code = running.process.exitValue();
      tell(running, code == 0 ? "Succeeded" : "Failed", ended(running, code));
    } else if (deleted && (running == null || !running.process.isAlive())) {
      client.resource(pod).withGracePeriod(0).delete();
    }
  }

  private static ContainerState ended(Running running, int code) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(code)
        .withReason(code == 0 ? "Completed" : "Error")
        .withStartedAt(running.started.toString())
        .withFinishedAt(Instant.now().toString())
        .endTerminated()
        .build();
  }

  private void tell(Running running, String phase, ContainerState state) {
    client
        .pods()
        .inNamespace(running.pod.getMetadata().getNamespace())
        .withName(running.pod.getMetadata().getName())
        .editStatus(
            now ->
                new PodBuilder(now)
                    .withStatus(
                        new PodStatusBuilder()
                            .withPhase(phase)
                            .withPodIP(running.address)
                            .withHostIP("127.0.0.1")
                            .withStartTime(running.started.toString())
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus(state.getRunning() != null ? "True" : "False")
                            .endCondition()
                            .addNewContainerStatus()
                            .withName(container(now).getName())
                            .withImage(container(now).getImage())
                            .withImageID("")
                            .withReady(state.getRunning() != null)
                            .withRestartCount(0)
                            .withState(state)
                            .endContainerStatus()
                            .build())
                    .build());
  }

  private static Container container(Pod pod) {
    assertThat(pod.getSpec().getContainers()).hasSize(1);
    return pod.getSpec().getContainers().get(0);
  }

  private void start(Pod pod) throws IOException {
    String name = pod.getMetadata().getName();
    Path here = folder.resolve("pods").resolve(name);
    Map<String, Path> volumes = new LinkedHashMap<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      Path source = volume(pod, volume, here.resolve("volumes").resolve(volume.getName()));
      if (source == null) {
        // A config map that is yet to come.
        return;
      }
      volumes.put(volume.getName(), source);
    }
    String address = "127.1.0." + ++addresses;
    Container container = container(pod);
    Files.createDirectories(here);
    Files.writeString(here.resolve("name"), name);
    Files.writeString(here.resolve("user"), user(pod));
    boolean readOnly =
        container.getSecurityContext() != null
            && Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem());
    Files.writeString(here.resolve("root.mode"), readOnly ? "ro" : "rw");
    Files.writeString(here.resolve("mounts"), mounts(pod, here, volumes));
    Files.writeString(here.resolve("hosts"), "127.0.0.1 localhost\n" + address + " " + name + "\n");
    List<String> variables = variables(pod, address);
    Files.writeString(here.resolve("env"), String.join("\0", variables) + "\0");
    List<String> command = new ArrayList<>(container.getCommand());
    if (command.isEmpty()) {
      command.add("/opt/entrypoint.sh");
    }
    command.addAll(container.getArgs());
    Files.writeString(here.resolve("command"), String.join("\0", command) + "\0");
    kubernetes.schedule(pod);
    Process process =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "--pid",
                "--uts",
                "--fork",
                "--kill-child",
                CONTAINER.toString(),
                here.toString())
            .redirectErrorStream(true)
            .start();
    Thread log =
        new Thread(() -> keep(process, MiniKubernetes.log(folder, name)), "log of " + name);
    log.setDaemon(true);
    log.start();
    Running running = new Running(pod, address, process);
    pods.put(name, running);
    tell(
        running,
        "Running",
        new ContainerStateBuilder().withNewRunning(running.started.toString()).build());
  }

  /** Its folder on this machine; null if it is not there yet. */
  private Path volume(Pod pod, Volume volume, Path empty) throws IOException {
    if (volume.getHostPath() != null) {
      return Path.of(volume.getHostPath().getPath());
    }
    ConfigMapVolumeSource source = volume.getConfigMap();
    assertThat(source != null || volume.getEmptyDir() != null)
        .as("%s is a kind of volume that this knows", volume)
        .isTrue();
    ConfigMap map = null;
    if (source != null) {
      String namespace = pod.getMetadata().getNamespace();
      map = client.configMaps().inNamespace(namespace).withName(source.getName()).get();
      if (map == null && !Boolean.TRUE.equals(source.getOptional())) {
        return null;
      }
    }
    Files.createDirectories(empty);
    if (source == null) {
      Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwxrwxrwx"));
    } else if (map != null) {
      Map<String, String> paths =
          source.getItems().isEmpty()
              ? map.getData().keySet().stream().collect(Collectors.toMap(key -> key, key -> key))
              : source.getItems().stream()
                  .collect(Collectors.toMap(KeyToPath::getKey, KeyToPath::getPath));
      for (Map.Entry<String, String> path : paths.entrySet()) {
        Files.writeString(empty.resolve(path.getValue()), map.getData().get(path.getKey()));
      }
    }
    return empty;
  }

  private String mounts(Pod pod, Path here, Map<String, Path> volumes) throws IOException {
    StringBuilder mounts = new StringBuilder();
    image.files().forEach((target, source) -> mount(mounts, source, target, "ro"));
    container(pod).getVolumeMounts().stream()
        // What contains others first.
        .sorted(Comparator.comparing(VolumeMount::getMountPath))
        .forEach(
            mount ->
                mount(
                    mounts,
                    volumes.get(mount.getName()),
                    mount.getMountPath(),
                    Boolean.TRUE.equals(mount.getReadOnly()) ? "ro" : "rw"));
    mount(mounts, here.resolve("hosts"), "/etc/hosts", "ro");
    String name = pod.getSpec().getServiceAccountName();
    if (!Boolean.FALSE.equals(pod.getSpec().getAutomountServiceAccountToken())) {
      String namespace = pod.getMetadata().getNamespace();
      Path account = kubernetes.account(namespace, name == null ? "default" : name);
      if (account != null) {
        mount(mounts, account, ACCOUNT, "ro");
      }
    }
    return mounts.toString();
  }

  private static void mount(StringBuilder mounts, Path source, String target, String mode) {
    mounts.append(source.toAbsolutePath()).append('\t').append(target).append('\t');
    mounts.append(mode).append('\n');
  }

  private static String user(Pod pod) {
    Long user = null;
    if (pod.getSpec().getSecurityContext() != null) {
      user = pod.getSpec().getSecurityContext().getRunAsUser();
    }
    Container container = container(pod);
    if (container.getSecurityContext() != null
        && container.getSecurityContext().getRunAsUser() != null) {
      user = container.getSecurityContext().getRunAsUser();
    }
    // The image's.
    return (user == null ? 185 : user) + ":185\n";
  }

  private List<String> variables(Pod pod, String address) {
    Map<String, String> variables = new LinkedHashMap<>(image.variables());
    for (EnvVar variable : container(pod).getEnv()) {
      if (variable.getValueFrom() == null) {
        variables.put(variable.getName(), variable.getValue() == null ? "" : variable.getValue());
      } else {
        String field = variable.getValueFrom().getFieldRef().getFieldPath();
        variables.put(
            variable.getName(),
            switch (field) {
              case "status.podIP" -> address;
              case "metadata.name" -> pod.getMetadata().getName();
              case "metadata.namespace" -> pod.getMetadata().getNamespace();
              default -> throw new AssertionError("unknown field of a pod: " + field);
            });
      }
    }
    return variables.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .toList();
  }

  /** Into the same file, which containers have open as theirs. */
  private void writeHosts(List<Service> services) throws IOException {
    StringBuilder names = new StringBuilder();
    for (Service service : services) {
      Map<String, String> selector = service.getSpec().getSelector();
      if (selector == null || selector.isEmpty()) {
        continue;
      }
      for (Running running : pods.values()) {
        Map<String, String> labels = running.pod.getMetadata().getLabels();
        if (labels != null && labels.entrySet().containsAll(selector.entrySet())) {
          String name =
              service.getMetadata().getName() + "." + service.getMetadata().getNamespace();
          names.append(running.address).append(' ').append(name).append(".svc\n");
        }
      }
    }
    for (Running running : pods.values()) {
      String name = running.pod.getMetadata().getName();
      Path hosts = folder.resolve("pods").resolve(name).resolve("hosts");
      String now = "127.0.0.1 localhost\n" + running.address + " " + name + "\n" + names;
      if (!Files.readString(hosts).equals(now)) {
        Files.writeString(hosts, now);
      }
    }
  }

  private static void keep(Process process, Path log) {
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        Writer out = Files.newBufferedWriter(log)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        out.write(Instant.now() + " " + line + "\n");
        out.flush();
      }
    } catch (IOException end) {
      // The process has ended.
    }
  }

  /** Why it stopped looking after pods; null while it does. */
  Throwable problem() {
    return problem;
  }

  /** Waits until something of the pods holds. */
  Running await(String what, Predicate<Running> condition, int seconds)
      throws InterruptedException {
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        System.nanoTime() < until && problem == null; ) {
      for (Running running : pods.values()) {
        if (condition.test(running)) {
          return running;
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no pod " + what + " within " + seconds + " s", problem);
  }
}
