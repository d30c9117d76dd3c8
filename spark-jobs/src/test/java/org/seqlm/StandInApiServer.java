package org.seqlm;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Headers;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;

/**
 * fabric8's, which keeps what it is given and tells watchers, and here also makes what is applied,
 * gives a new pod a status and serves logs. It knows no accounts, rights and defaults.
 */
final class StandInApiServer implements MiniKubernetes {
  /** Kept, as a logger that nobody has is forgotten with its level. */
  private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

  private final KubernetesMockServer server;
  private final KubernetesClient admin;
  private final String url;

  StandInApiServer(Path folder) throws Exception {
    LOG.setLevel(Level.WARNING);
    MockWebServer web = new MockWebServer();
    server = new KubernetesMockServer(new Context(), web, new HashMap<>(), new Made(folder), false);
    server.init(InetAddress.getByName("127.0.0.1"), 0);
    url = "http://127.0.0.1:" + web.getPort();
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url).build();
    admin = new KubernetesClientBuilder().withConfig(config).build();
  }

  private static final class Made extends KubernetesCrudDispatcher {
    private final Path folder;

    Made(Path folder) {
      this.folder = folder;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      String path = request.getPath().replaceFirst("\\?.*", "");
      if (path.endsWith("/log")) {
        String[] parts = path.split("/");
        String query = request.getRequestUrl().query();
        try {
          String lines =
              MiniKubernetes.lines(MiniKubernetes.log(folder, parts[parts.length - 2]), query);
          return new MockResponse().setBody(lines);
        } catch (IOException problem) {
          throw new UncheckedIOException(problem);
        }
      }
      if (request.getMethod().equals("POST") && path.endsWith("/pods")) {
        return super.dispatch(withStatus(request, "POST", path));
      }
      String type = String.valueOf(request.getHeader("Content-Type"));
      if (request.getMethod().equals("PATCH") && type.contains("apply-patch")) {
        boolean there = handleGet(path).getStatus().contains(" 200 ");
        String to = there ? path : path.substring(0, path.lastIndexOf('/'));
        return super.dispatch(withStatus(request, there ? "PUT" : "POST", to));
      }
      return super.dispatch(request);
    }

    /** The same object in another request, in JSON; a pod that has none gets a status. */
    private static RecordedRequest withStatus(RecordedRequest request, String method, String path) {
      Object object = Serialization.unmarshal(request.getBody().readUtf8());
      if (object instanceof Pod) {
        Pod pod = (Pod) object;
        if (pod.getStatus() == null || pod.getStatus().getPhase() == null) {
          pod.setStatus(new PodStatusBuilder().withPhase("Pending").build());
        }
      }
      Buffer body = new Buffer().writeUtf8(Serialization.asJson(object));
      Headers headers =
          request.getHeaders().newBuilder().set("Content-Type", "application/json").build();
      return new RecordedRequest(
          method + " " + path + " HTTP/1.1",
          headers,
          List.of(),
          body.size(),
          body,
          request.getSequenceNumber(),
          new Here());
    }

    /** From which a request takes its address. */
    private static final class Here extends Socket {
      @Override
      public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
      }

      @Override
      public int getLocalPort() {
        return 80;
      }
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
    return Map.of();
  }

  @Override
  public Path account(String namespace, String name) {
    return null;
  }

  @Override
  public void schedule(Pod pod) {}

  @Override
  public void close() {
    admin.close();
    server.destroy();
  }
}
