package org.seqlm;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' API server, for tests: the real one, {@code etcd} and {@code kube-apiserver} from the
 * folder that {@code KUBEBUILDER_ASSETS} names, or fabric8's stand-in without. Behind either {@link
 * MiniKubelet} starts the pods.
 */
interface MiniKubernetes extends AutoCloseable {
  /** The account of submitters in the stand-in's and the real one's eyes. */
  String SUBMITTERS = "seqlm-users";

  /**
   * @param folder for all that it keeps; the log of a pod is what {@link #log} names
   */
  static MiniKubernetes start(Path folder) throws Exception {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    return assets == null || assets.isEmpty()
        ? new StandInApiServer(folder)
        : new RealApiServer(folder, Path.of(assets));
  }

  /** Its address. */
  String url();

  /** What may do everything. */
  KubernetesClient admin();

  /** Spark's settings by which a member of {@link #SUBMITTERS} submits. */
  Map<String, String> submitter();

  /** What a pod's driver has of its account: {@code token} and {@code ca.crt}; null for nothing. */
  Path account(String namespace, String name) throws IOException;

  /** Says that the node has taken the pod. */
  void schedule(Pod pod);

  @Override
  void close() throws Exception;

  /** Where a pod's container says what it says, each line with its time in front. */
  static Path log(Path folder, String pod) {
    return folder.resolve("pods").resolve(pod).resolve("log");
  }

  /** The lines of a log that a request asks for, as a kubelet gives them. */
  static String lines(Path log, String query) throws IOException {
    String asked = query == null ? "" : query;
    String since =
        asked.contains("sinceTime=") ? asked.replaceFirst(".*sinceTime=([^&]*).*", "$1") : "";
    // Exact to a second.
    Instant from =
        since.isEmpty()
            ? Instant.EPOCH
            : Instant.ofEpochSecond(Instant.parse(since.replace("%3A", ":")).getEpochSecond());
    List<String> lines = new ArrayList<>();
    for (String line : Files.exists(log) ? Files.readAllLines(log) : List.<String>of()) {
      int space = line.indexOf(' ');
      if (!Instant.parse(line.substring(0, space)).isBefore(from)) {
        lines.add(asked.contains("timestamps=true") ? line : line.substring(space + 1));
      }
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
