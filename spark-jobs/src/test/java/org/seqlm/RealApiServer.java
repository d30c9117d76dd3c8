package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.seqlm.artifact.Json;

/**
 * {@code kube-apiserver} on {@code etcd}, with rights by roles (RBAC): submitters are a group, a
 * driver has the token of its account, and both may do what {@code deploy/kubernetes/base} grants.
 * One node; its kubelet's address serves logs.
 */
final class RealApiServer implements MiniKubernetes {
  private static final String ADMIN = "an-administrator's-token";
  private static final String SUBMITTER = "a-submitter's-token";
  private static final String NODE = "node";

  private final Path folder;
  private final Path authority;
  private final List<Process> processes = new ArrayList<>();
  private final String url;
  private final KubernetesClient admin;
  private final HttpsServer kubelet;

  RealApiServer(Path folder, Path assets) throws Exception {
    this.folder = folder;
    Files.writeString(
        folder.resolve("tokens.csv"),
        ADMIN
            + ",admin,1,\"system:masters\"\n"
            + SUBMITTER
            + ",somebody,2,\""
            + MiniKubernetes.SUBMITTERS
            + "\"\n");
    String etcd = "http://127.0.0.1:" + freePort();
    start(
        assets.resolve("etcd"),
        List.of(
            "--data-dir=" + folder.resolve("etcd"),
            "--listen-client-urls=" + etcd,
            "--advertise-client-urls=" + etcd,
            "--listen-peer-urls=http://127.0.0.1:" + freePort(),
            "--unsafe-no-fsync"));
    Path key = folder.resolve("accounts.key");
    run("openssl", "genrsa", "-out", key.toString(), "2048");
    int port = freePort();
    url = "https://127.0.0.1:" + port;
    start(
        assets.resolve("kube-apiserver"),
        List.of(
            "--etcd-servers=" + etcd,
            "--cert-dir=" + folder.resolve("certificates"),
            "--bind-address=127.0.0.1",
            "--secure-port=" + port,
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + key,
            "--service-account-signing-key-file=" + key,
            "--token-auth-file=" + folder.resolve("tokens.csv"),
            "--authorization-mode=RBAC",
            // There are no controllers, which would make the accounts' secrets.
            "--disable-admission-plugins=ServiceAccount",
            "--kubelet-preferred-address-types=InternalIP"));
    authority = folder.resolve("certificates/apiserver.crt");
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        !Files.exists(authority) && System.nanoTime() < until; ) {
      Thread.sleep(100);
    }
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(url)
            .withOauthToken(ADMIN)
            .withCaCertFile(authority.toString())
            .build();
    admin = new KubernetesClientBuilder().withConfig(config).build();
    awaitReady();
    kubelet = kubelet();
    addNode(kubelet.getAddress().getPort());
  }

  private void awaitReady() throws Exception {
    KubernetesClientException last = null;
    for (long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        System.nanoTime() < until; ) {
      try {
        if ("ok".equals(admin.raw("/readyz"))) {
          return;
        }
      } catch (KubernetesClientException problem) {
        last = problem;
      }
      Thread.sleep(200);
    }
    throw new AssertionError(Files.readString(folder.resolve("kube-apiserver.log")), last);
  }

  private void addNode(int port) {
    Node node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(NODE)
            .endMetadata()
            .withNewStatus()
            .addNewAddress("127.0.0.1", "InternalIP")
            .withNewDaemonEndpoints()
            .withNewKubeletEndpoint(port)
            .endDaemonEndpoints()
            .endStatus()
            .build();
    admin.nodes().resource(node).create();
    admin.nodes().resource(node).patchStatus();
  }

  /** Where the API server asks for logs: {@code /containerLogs/NAMESPACE/POD/CONTAINER}. */
  private HttpsServer kubelet() throws Exception {
    Path store = folder.resolve("kubelet.p12");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=kubelet",
        "-storepass",
        "kubelet",
        "-keystore",
        store.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "kubelet".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "kubelet".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/containerLogs/", this::serveLog);
    server.start();
    return server;
  }

  private void serveLog(HttpExchange exchange) throws IOException {
    try (exchange) {
      String pod = exchange.getRequestURI().getPath().split("/")[3];
      byte[] lines =
          MiniKubernetes.lines(
                  MiniKubernetes.log(folder, pod), exchange.getRequestURI().getRawQuery())
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, lines.length == 0 ? -1 : lines.length);
      exchange.getResponseBody().write(lines);
    }
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public KubernetesClient admin() {
    return admin;
  }

  @Override
  public Map<String, String> submitter() {
    return Map.of(
        "spark.kubernetes.authenticate.submission.oauthToken",
        SUBMITTER,
        "spark.kubernetes.authenticate.submission.caCertFile",
        authority.toString());
  }

  @Override
  public Path account(String namespace, String name) throws IOException {
    Path account = folder.resolve("accounts").resolve(namespace).resolve(name);
    Files.createDirectories(account);
    String answer =
        admin.raw(
            "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + name + "/token",
            "POST",
            Map.of("kind", "TokenRequest", "apiVersion", "authentication.k8s.io/v1"));
    Files.writeString(
        account.resolve("token"),
        Json.mapper().readTree(answer).path("status").path("token").asText());
    Files.writeString(account.resolve("ca.crt"), Files.readString(authority));
    Files.writeString(account.resolve("namespace"), namespace);
    return account;
  }

  @Override
  public void schedule(Pod pod) {
    admin
        .bindings()
        .inNamespace(pod.getMetadata().getNamespace())
        .resource(
            new BindingBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .withNamespace(pod.getMetadata().getNamespace())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(NODE)
                .endTarget()
                .build())
        .create();
  }

  @Override
  public void close() throws Exception {
    if (kubelet != null) {
      kubelet.stop(0);
    }
    if (admin != null) {
      admin.close();
    }
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private void start(Path program, List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(options);
    processes.add(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(program.getFileName() + ".log").toFile())
            .start());
  }

  private void run(String... command) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
