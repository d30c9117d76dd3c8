package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What {@code deploy/kubernetes} hands to an API server has no field that it does not know, names
 * what is there, and asks for pods that the pod security standard "restricted" lets in, with what
 * must be written on volumes.
 */
class KubernetesManifestsTest {
  private static final Path DEPLOY = Path.of("..", "deploy", "kubernetes");

  /** The Spark operator's definitions, where somebody laid them beside the checkout. */
  private static final Path DEFINITIONS = Path.of("..", "..", "shared", "reference", "k8s-crd");

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** What throws where an object has a field too many or too few, or of another type. */
  private interface Check {
    void of(com.google.gson.JsonElement object) throws IOException;
  }

  private static final Map<String, Check> CHECKS =
      Map.of(
          "v1 ConfigMap", V1ConfigMap::validateJsonElement,
          "v1 Namespace", V1Namespace::validateJsonElement,
          "v1 Pod", V1Pod::validateJsonElement,
          "v1 ServiceAccount", V1ServiceAccount::validateJsonElement,
          "batch/v1 CronJob", V1CronJob::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "rbac.authorization.k8s.io/v1 Role", V1Role::validateJsonElement,
          "rbac.authorization.k8s.io/v1 RoleBinding", V1RoleBinding::validateJsonElement);

  private static String kind(JsonNode object) {
    return object.path("apiVersion").asText() + " " + object.path("kind").asText();
  }

  /**
   * All documents of all YAML files, by file and number, without what is for SeqLM and kustomize.
   */
  private static Map<String, JsonNode> objects() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(DEPLOY)) {
      files = all.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
    Map<String, JsonNode> objects = new LinkedHashMap<>();
    for (Path file : files) {
      if (file.getParent().endsWith("conf") || file.endsWith("image-fields.yaml")) {
        continue;
      }
      int number = 0;
      for (JsonNode object : read(file)) {
        objects.put(DEPLOY.relativize(file) + " " + ++number, object);
      }
    }
    return objects;
  }

  private static List<JsonNode> read(Path file) throws IOException {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    }
  }

  private static void check(String kind, JsonNode object) throws IOException {
    CHECKS.get(kind).of(JsonParser.parseString(object.toString()));
  }

  @Test
  void everyObjectOfKubernetesOwnHasItsFieldsOnly() throws Exception {
    int checked = 0;
    for (Map.Entry<String, JsonNode> object : objects().entrySet()) {
      String kind = kind(object.getValue());
      if (kind.startsWith("kustomize.config.k8s.io/") || kind.startsWith("sparkoperator.k8s.io/")) {
        continue;
      }
      assertThat(CHECKS).as(object.getKey()).containsKey(kind);
      check(kind, object.getValue());
      checked++;
    }
    assertThat(checked).isGreaterThanOrEqualTo(11);
  }

  @Test
  void aFieldThatNobodyKnowsIsFound() throws Exception {
    for (String path : List.of("", "/spec", "/spec/containers/0/securityContext")) {
      JsonNode pod = read(DEPLOY.resolve("base/driver.yaml")).get(0);
      ((ObjectNode) pod.at(path)).put("runAsNobody", true);
      assertThatThrownBy(() -> check("v1 Pod", pod)).as(path).hasMessageContaining("runAsNobody");
    }
  }

  @Test
  void theOperatorsObjectsFitItsDefinitions() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(DEFINITIONS), "no definitions of the Spark operator at " + DEFINITIONS);
    for (Map.Entry<String, String> pair :
        Map.of("application", "sparkapplications", "nightly", "scheduledsparkapplications")
            .entrySet()) {
      JsonNode definition;
      try (InputStream in =
          new GZIPInputStream(
              Files.newInputStream(DEFINITIONS.resolve(pair.getValue() + ".yaml.gz")))) {
        definition = YAML.readTree(in);
      }
      JsonNode version = definition.at("/spec/versions/0");
      JsonNode schema = version.at("/schema/openAPIV3Schema");
      close(schema.path("properties").path("spec"));
      JsonNode object = read(DEPLOY.resolve("operator/" + pair.getKey() + ".yaml")).get(0);
      assertThat(kind(object))
          .isEqualTo(
              definition.at("/spec/group").asText()
                  + "/"
                  + version.path("name").asText()
                  + " "
                  + definition.at("/spec/names/kind").asText());
      assertThat(problems(schema, object)).as(pair.getKey()).isEmpty();
      ((ObjectNode) object.path("spec")).put("schedul", "x");
      assertThat(problems(schema, object)).as("a field that nobody knows").hasSize(1);
    }
  }

  private static Set<ValidationMessage> problems(JsonNode schema, JsonNode object) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
        .getSchema(schema)
        .validate(object);
  }

  /**
   * An API server drops fields that a definition does not name, in silence; here they are refused.
   */
  private static void close(JsonNode schema) {
    if (schema.has("properties")
        && !schema.has("additionalProperties")
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      ((ObjectNode) schema).put("additionalProperties", false);
    }
    schema.path("properties").forEach(KubernetesManifestsTest::close);
    if (schema.path("items").isObject()) {
      close(schema.path("items"));
    }
  }

  /** The pods that objects describe, by where they do. */
  private static Map<String, JsonNode> pods() throws IOException {
    Map<String, JsonNode> pods = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> object : objects().entrySet()) {
      for (String path :
          List.of(
              "",
              "/spec/jobTemplate/spec/template",
              "/spec/driver/template",
              "/spec/executor/template",
              "/spec/template/driver/template",
              "/spec/template/executor/template")) {
        JsonNode pod = object.getValue().at(path);
        if (!pod.at("/spec/containers").isMissingNode()) {
          pods.put(object.getKey() + path, pod);
        }
      }
    }
    return pods;
  }

  @Test
  void podsAreRestrictedAndHaveWhatTheyWrite() throws Exception {
    Map<String, JsonNode> pods = pods();
    assertThat(pods).hasSize(8);
    for (Map.Entry<String, JsonNode> named : pods.entrySet()) {
      JsonNode pod = named.getValue();
      if (!pod.has("kind")) {
        V1PodTemplateSpec.validateJsonElement(JsonParser.parseString(pod.toString()));
      }
      JsonNode security = pod.at("/spec/securityContext");
      assertThat(security.path("runAsNonRoot").asBoolean()).as(named.getKey()).isTrue();
      assertThat(security.path("runAsUser").asInt()).as(named.getKey()).isEqualTo(185);
      assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
      assertThat(pod.at("/spec/containers")).hasSize(1);
      JsonNode container = pod.at("/spec/containers/0");
      JsonNode own = container.path("securityContext");
      assertThat(own.path("readOnlyRootFilesystem").asBoolean()).as(named.getKey()).isTrue();
      assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(own.at("/capabilities/drop").toString()).isEqualTo("[\"ALL\"]");
      assertThat(pod.at("/metadata/labels/app.kubernetes.io~1name").asText()).isEqualTo("seqlm");
      List<String> volumes = pod.at("/spec/volumes").findValuesAsText("name");
      List<String> written = new ArrayList<>();
      for (JsonNode mount : container.path("volumeMounts")) {
        assertThat(volumes).as(named.getKey()).contains(mount.path("name").asText());
        if (!mount.path("readOnly").asBoolean()) {
          written.add(mount.path("mountPath").asText());
        }
      }
      assertThat(written)
          .as(named.getKey())
          .containsExactlyInAnyOrder("/cache", "/tmp", "/opt/spark/work-dir", "/local");
      boolean executor = container.path("name").asText().endsWith("executor");
      assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean(true))
          .as(named.getKey())
          .isNotEqualTo(executor);
    }
  }

  /** What settings and manifests name of one another. */
  @Test
  void namesAreThoseOfWhatIsThere() throws Exception {
    for (String overlay : List.of("", "-gpu")) {
      String settings =
          Files.readString(Path.of("../conf/overlays/kubernetes" + overlay + ".conf"));
      assertThat(settings)
          .contains("-Dorg.bytedeco.javacpp.cachedir=/cache/javacpp")
          .containsPattern("serviceAccountName +seqlm\n")
          .containsPattern("spark.kubernetes.namespace +seqlm\n");
    }
    for (Path folder :
        List.of(
            Path.of("base"),
            Path.of("cpu"),
            Path.of("gpu"),
            Path.of("operator"),
            Path.of("nightly"))) {
      JsonNode all = read(DEPLOY.resolve(folder).resolve("kustomization.yaml")).get(0);
      for (String list : List.of("resources", "components", "configurations")) {
        all.path(list)
            .forEach(name -> assertThat(DEPLOY.resolve(folder).resolve(name.asText())).exists());
      }
      all.at("/configMapGenerator/0/files")
          .forEach(name -> assertThat(DEPLOY.resolve(folder).resolve(name.asText())).exists());
    }
  }

  /** Images hold what the repository has, and nothing is left out of what they are built from. */
  /** What is changed in one is changed in the other. */
  @Test
  void settingsWithGpusDifferInWhatTheyAreAbout() throws IOException {
    Map<String, String> with = settings("../conf/overlays/kubernetes-gpu.conf");
    Map<String, String> without = settings("../conf/overlays/kubernetes.conf");
    with.keySet().removeIf(key -> key.startsWith("spark.executor.resource.gpu."));
    for (Map<String, String> each : List.of(with, without)) {
      each.keySet().removeAll(List.of("spark.kubernetes.container.image", "spark.executor.cores"));
    }
    assertThat(with).isEqualTo(without);
    with = settings("../deploy/kubernetes/gpu/conf/spark.conf");
    with.keySet().removeIf(key -> key.startsWith("spark.executor.resource.gpu."));
    assertThat(with).isEqualTo(settings("../deploy/kubernetes/base/conf/spark.conf"));
  }

  private static Map<String, String> settings(String file) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of(file))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] setting = line.strip().split("\\s+", 2);
        settings.put(setting[0], setting[1]);
      }
    }
    return settings;
  }

  @Test
  void imagesTakeWhatIsThere() throws IOException {
    Path docker = Path.of("..", "deploy", "docker");
    for (String name : List.of("Dockerfile", "Dockerfile.cuda")) {
      List<String> lines = Files.readAllLines(docker.resolve(name));
      List<String> let = Files.readAllLines(docker.resolve(name + ".dockerignore"));
      int copied = 0;
      for (String line : lines) {
        if (line.startsWith("COPY") && !line.contains("--from=")) {
          List<String> words = new ArrayList<>(List.of(line.split(" +")));
          words.removeIf(word -> word.startsWith("--"));
          for (String source : words.subList(1, words.size() - 1)) {
            assertThat(let).as(name).contains("!" + source);
            // The jar is built.
            assertThat(source.endsWith("seqlm.jar") || Files.exists(Path.of("..", source)))
                .isTrue();
            copied++;
          }
        }
      }
      assertThat(copied).as(name).isEqualTo(5);
      assertThat(lines)
          .as(name)
          .contains("USER 185:185")
          .noneMatch(line -> line.contains(":latest"));
    }
  }
}
