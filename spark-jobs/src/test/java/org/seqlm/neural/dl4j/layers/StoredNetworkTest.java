package org.seqlm.neural.dl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.dl4j.device.EngineSettings;

/** A network of a stranger's is its numbers and layers: nothing in the file is run. */
class StoredNetworkTest {
  /** What a hostile file would do. */
  static final AtomicInteger RUN = new AtomicInteger();

  /** Does it as soon as it is read. */
  private static final class Payload implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUN.incrementAndGet();
    }
  }

  /** The same of a class that JSON names. */
  public static final class Layer extends DenseLayer {
    private static final long serialVersionUID = 1L;

    public Layer() {
      RUN.incrementAndGet();
    }
  }

  private static byte[] whole;
  private static MultiLayerNetwork network;

  private Map<String, byte[]> entries;

  @BeforeAll
  static void save() throws IOException {
    EngineSettings.apply();
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.1))
                .list(
                    new DenseLayer.Builder().nIn(2).nOut(3).build(),
                    new OutputLayer.Builder().nIn(3).nOut(2).build())
                .build());
    network.init();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, out, true);
    whole = out.toByteArray();
  }

  @BeforeEach
  void unpack() throws IOException {
    RUN.set(0);
    entries = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(whole))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
  }

  private byte[] packed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static byte[] payload() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(new Payload());
    }
    return out.toByteArray();
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> StoredNetwork.network(file, "a.zip", StoredNetwork.Updater.READ))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageStartingWith("a.zip ")
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
    assertThat(RUN).hasValue(0);
  }

  @Test
  void readsWhatModelSerializerWrote() {
    MultiLayerNetwork read = StoredNetwork.network(whole, "a.zip", StoredNetwork.Updater.READ);
    assertThat(read.params()).isEqualTo(network.params());
    assertThat(read.getLayerWiseConfigurations().toJson())
        .isEqualTo(network.getLayerWiseConfigurations().toJson());
    assertThat(read.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
  }

  /** ModelSerializer itself runs both: this is what is kept from whoever reads with it. */
  @Test
  void modelSerializerRunsWhatAFileHolds() throws IOException {
    entries.put("preprocessor.bin", payload());
    byte[] file = packed();
    try {
      ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(file), true);
    } catch (IOException | RuntimeException e) {
      // A payload is no preprocessor, which is told once it has run.
    }
    assertThat(RUN).hasPositiveValue();
    RUN.set(0);
    entries.remove("preprocessor.bin");
    named(Layer.class);
    ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(packed()), true);
    assertThat(RUN).hasPositiveValue();
  }

  private void named(Class<?> type) {
    String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
    entries.put(
        "configuration.json",
        json.replace(DenseLayer.class.getName(), type.getName()).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void javaObjectsAreRefused() throws IOException {
    for (String name : new String[] {"preprocessor.bin", "objects/x", "../evil", "/etc/passwd"}) {
      unpack();
      entries.put(name, payload());
      assertRefused(packed(), "its entry " + name + " is no part of a network's");
    }
  }

  @Test
  void aNormaliserIsLeftUnread() throws IOException {
    entries.put("normalizer.bin", payload());
    StoredNetwork.network(packed(), "a.zip", StoredNetwork.Updater.LEAVE);
    assertThat(RUN).hasValue(0);
  }

  @Test
  void classesOfStrangersAreRefused() throws IOException {
    named(Layer.class);
    // A package of the caller's own may be named.
    StoredNetwork.network(
        packed(), "a.zip", StoredNetwork.Updater.LEAVE, Layer.class.getPackageName());
    for (String type : new String[] {"java.lang.Runtime", "org.nd4j.linalg.factory.Nd4j"}) {
      unpack();
      String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
      json = json.replace(DenseLayer.class.getName(), type);
      entries.put("configuration.json", json.getBytes(StandardCharsets.UTF_8));
      RUN.set(0);
      assertRefused(packed(), "names the class " + type);
    }
  }

  /** Which of two a reader takes is its own affair. */
  @Test
  void doubtfulFilesAreRefused() throws IOException {
    String json = new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
    json = json.replaceFirst("\"@class\" : ", "\"@class\" : \"java.lang.Runtime\", \"@class\" : ");
    entries.put("configuration.json", json.getBytes(StandardCharsets.UTF_8));
    assertRefused(packed(), "is no JSON");
    unpack();
    entries.remove("configuration.json");
    assertRefused(packed(), "it has no configuration.json");
    assertRefused(new byte[] {1, 2, 3}, "it has no configuration.json");
    assertRefused(java.util.Arrays.copyOf(whole, whole.length / 2), "");
  }
}
