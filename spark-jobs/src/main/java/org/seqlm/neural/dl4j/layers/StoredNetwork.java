package org.seqlm.neural.dl4j.layers;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.seqlm.UserException;

/**
 * A network as {@code ModelSerializer} stores it, of whoever wrote the file. {@code
 * ModelSerializer} itself makes Java objects of some entries of the file, whatever their class is,
 * and of its configuration makes each class that it names: a file of a stranger's is a program of a
 * stranger's. Here a file is refused unless it has the entries of a network alone, and its
 * configuration names classes of Deeplearning4j, of ND4J, of this package, or of packages that the
 * caller names.
 */
public final class StoredNetwork {
  private static final String CONFIGURATION = "configuration.json";

  /** What a network consists of, and its normaliser, which is left unread. */
  private static final Set<String> ENTRIES =
      Set.of(
          CONFIGURATION,
          "coefficients.bin",
          "updaterState.bin",
          "noParams.marker",
          "normalizer.bin");

  private static final List<String> PACKAGES =
      List.of(
          "org.deeplearning4j.nn.conf.",
          "org.deeplearning4j.nn.weights.",
          "org.nd4j.linalg.activations.",
          "org.nd4j.linalg.learning.",
          "org.nd4j.linalg.lossfunctions.",
          "org.nd4j.linalg.schedule.",
          StoredNetwork.class.getPackageName() + ".");

  /** Of two equal keys readers may take either. */
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private StoredNetwork() {}

  /** Whether to read the updater's state beside the parameters. */
  public enum Updater {
    READ,
    LEAVE
  }

  /**
   * A network of layers, one after the other.
   *
   * @param file its bytes
   * @param name of it, for messages
   * @param updater what to do with its state
   * @param packages of layers, activations and losses of the caller's own
   * @throws UserException with exit code 3 if it is none, or holds what is not to be read
   */
  public static MultiLayerNetwork network(
      byte[] file, String name, Updater updater, String... packages) {
    check(file, name, packages);
    return read(
        name,
        () ->
            ModelSerializer.restoreMultiLayerNetwork(
                new ByteArrayInputStream(file), updater == Updater.READ));
  }

  /**
   * A network that is a graph.
   *
   * @see #network
   */
  public static ComputationGraph graph(
      byte[] file, String name, Updater updater, String... packages) {
    check(file, name, packages);
    return read(
        name,
        () ->
            ModelSerializer.restoreComputationGraph(
                new ByteArrayInputStream(file), updater == Updater.READ));
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  private static <T> T read(String name, Reading<T> reading) {
    try {
      return reading.run();
    } catch (IOException | RuntimeException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw UserException.data(
          name + " is no stored network: " + why.lines().findFirst().orElse(""), e);
    }
  }

  private static void check(byte[] file, String name, String... packages) {
    Set<String> names = new HashSet<>();
    JsonNode configuration = null;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!ENTRIES.contains(entry.getName())) {
          throw refused(name, "its entry " + entry.getName() + " is no part of a network's");
        }
        if (!names.add(entry.getName())) {
          throw refused(name, "its entry " + entry.getName() + " is there twice");
        }
        if (entry.getName().equals(CONFIGURATION)) {
          configuration = JSON.readTree(zip.readAllBytes());
        }
      }
    } catch (JsonProcessingException e) {
      throw refused(name, "its " + CONFIGURATION + " is no JSON: " + e.getOriginalMessage());
    } catch (ZipException e) {
      throw refused(name, e.getMessage());
    } catch (IOException e) {
      throw refused(name, "it breaks off");
    }
    if (configuration == null) {
      throw refused(name, "it has no " + CONFIGURATION);
    }
    List<String> allowed = new ArrayList<>(PACKAGES);
    for (String each : packages) {
      allowed.add(each + ".");
    }
    for (JsonNode type : configuration.findValues("@class")) {
      if (!type.isTextual() || allowed.stream().noneMatch(type.asText()::startsWith)) {
        throw refused(
            name,
            "its "
                + CONFIGURATION
                + " names the class "
                + type.asText()
                + ", of a package that is neither Deeplearning4j's nor named by the caller");
      }
    }
  }

  private static UserException refused(String name, String why) {
    return UserException.data(name + " is not read as a network: " + why);
  }
}
