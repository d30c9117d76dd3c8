package org.seqlm.text.chain;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;

/**
 * A stage as configurations and manifests name it: {@code lowercase}, or {@code {length: {most:
 * 40}}}.
 *
 * <p>The file of a stage, such as a model's, is named by one of its parameters (of the type {@link
 * StageParameter.Type#FILE}). {@link #resolved} reads it once, on the driver: from then on the
 * stage holds its bytes, compressed, beside their SHA-256, so that manifests, models and counts are
 * whole without the file. The parameter keeps the file's last name, for people; as JSON {@code
 * {bpe: {content: ..., file: words.json, sha256: ...}}}. Stages are equal if their parameters and
 * their file's SHA-256 are, whatever the file is called.
 *
 * @param name of the provider
 * @param parameters that are given, each a text or a list of texts, by name
 * @param sha256 of the file's bytes, lower-case hexadecimal; null before {@link #resolved} and
 *     without a file
 * @param content the file's bytes, gzip and base64; null where {@code sha256} is
 */
public record StageSpec(String name, Map<String, Object> parameters, String sha256, String content)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SHA256 = "sha256";
  private static final String CONTENT = "content";
  private static final ObjectMapper PLAIN = new ObjectMapper();

  /** Opens the files that stages name. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens one.
     *
     * @param file as the configuration names it
     * @throws FileNotFoundException if it is not there
     */
    InputStream open(String file) throws IOException;
  }

  /**
   * Checks the form; {@link Stages#check} checks the rest.
   *
   * @throws UserException with exit code 2 if a value is neither a text nor a list of texts
   */
  public StageSpec {
    if (name == null || name.isBlank()) {
      throw UserException.configuration("tokenizer.chain: a stage has a name");
    }
    TreeMap<String, Object> plain = new TreeMap<>();
    for (Map.Entry<String, Object> given : parameters.entrySet()) {
      plain.put(given.getKey(), plain(name, given.getKey(), given.getValue()));
    }
    parameters = Collections.unmodifiableMap(plain);
    if ((sha256 == null) != (content == null)) {
      throw UserException.configuration(
          "tokenizer.chain: " + name + ": sha256 and content stand together: give the file alone");
    }
  }

  private static Object plain(String stage, String key, Object value) {
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      for (Object one : list) {
        if (one == null || one instanceof List<?> || one instanceof Map<?, ?>) {
          throw shape(stage + "." + key + " holds " + one + ", which is no text");
        }
        texts.add(one.toString());
      }
      return Collections.unmodifiableList(texts);
    }
    if (value == null || value instanceof Map<?, ?>) {
      throw shape(
          stage + "." + key + " is " + value + ": give a text, a number or a list of texts");
    }
    return value.toString();
  }

  private static UserException shape(String problem) {
    return UserException.configuration("tokenizer.chain: " + problem);
  }

  /** A stage without parameters. */
  public static StageSpec of(String name) {
    return new StageSpec(name, Map.of(), null, null);
  }

  /** The same with one more parameter. */
  public StageSpec with(String parameter, Object value) {
    Map<String, Object> all = new TreeMap<>(parameters);
    all.put(parameter, value);
    return new StageSpec(name, all, sha256, content);
  }

  /**
   * Reads what {@link #tree} wrote.
   *
   * @param tree a name, or a map from one name to its parameters
   * @throws UserException with exit code 2 if it is neither
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static StageSpec of(Object tree) {
    if (tree instanceof String name) {
      return of(name);
    }
    if (tree instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      String name = String.valueOf(only.getKey());
      if (only.getValue() == null) {
        return of(name);
      }
      if (only.getValue() instanceof Map<?, ?> values) {
        Map<String, Object> parameters = new TreeMap<>();
        values.forEach((key, value) -> parameters.put(String.valueOf(key), value));
        Object sha256 = parameters.remove(SHA256);
        Object content = parameters.remove(CONTENT);
        return new StageSpec(
            name,
            parameters,
            sha256 == null ? null : sha256.toString(),
            content == null ? null : content.toString());
      }
      throw shape(
          name
              + " is followed by its parameters, {"
              + name
              + ": {KEY: VALUE}}, but got "
              + StageContent.brief(String.valueOf(only.getValue())));
    }
    throw shape(
        "a stage is a name, or {NAME: {KEY: VALUE}}, but got "
            + StageContent.brief(String.valueOf(tree)));
  }

  /** As JSON and YAML have it; equal stages of equally called files give equal bytes. */
  @JsonValue
  public Object tree() {
    if (parameters.isEmpty() && sha256 == null) {
      return name;
    }
    Map<String, Object> values = new TreeMap<>(parameters);
    if (sha256 != null) {
      values.put(SHA256, sha256);
      values.put(CONTENT, content);
    }
    return Map.of(name, values);
  }

  /** A list of stages as one line of JSON, where no mapper of artifacts is at hand. */
  public static String json(List<StageSpec> stages) {
    try {
      return PLAIN.writeValueAsString(stages.stream().map(StageSpec::tree).toList());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads {@link #json}.
   *
   * @throws IllegalArgumentException if it is no such line
   */
  public static List<StageSpec> ofJson(String json) {
    try {
      List<StageSpec> stages = new ArrayList<>();
      for (Object tree : PLAIN.readValue(json, List.class)) {
        stages.add(of(tree));
      }
      return stages;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no list of stages: " + e.getOriginalMessage(), e);
    }
  }

  /** As {@link #tree}, without the content of a file, for people. */
  public Object shown() {
    return sha256 == null ? tree() : Map.of(name, withSha256());
  }

  private Map<String, Object> withSha256() {
    Map<String, Object> values = new TreeMap<>(parameters);
    values.put(SHA256, sha256);
    return values;
  }

  /**
   * The same with the content of the file that it names, if it names one and has not read it yet.
   *
   * @throws UserException with exit code 2 if the file is not there, or too large for a manifest
   */
  public StageSpec resolved(Opener opener) throws IOException {
    String parameter = Stages.fileParameter(this);
    if (parameter == null || sha256 != null || !parameters.containsKey(parameter)) {
      return this;
    }
    String file = parameters.get(parameter).toString();
    byte[] bytes;
    try (InputStream in = opener.open(file)) {
      bytes = in.readNBytes(StageContent.MOST_BYTES + 1);
    } catch (FileNotFoundException e) {
      throw UserException.configuration(
          "tokenizer.chain: " + name + "." + parameter + ": " + file + " does not exist");
    }
    String packed = bytes.length > StageContent.MOST_BYTES ? null : StageContent.pack(bytes);
    if (packed == null || packed.length() > StageContent.MOST_PACKED) {
      throw UserException.configuration(
          "tokenizer.chain: "
              + name
              + "."
              + parameter
              + ": "
              + file
              + " must have at most "
              + StageContent.MOST_BYTES
              + " bytes, and "
              + StageContent.MOST_PACKED
              + " when compressed, since its content goes into every manifest: give a smaller"
              + " file");
    }
    Map<String, Object> values = new TreeMap<>(parameters);
    String[] steps = file.split("/");
    values.put(parameter, steps.length == 0 ? file : steps[steps.length - 1]);
    return new StageSpec(name, values, StageContent.sha256(bytes), packed);
  }

  /** The bytes of the stage's file; null if it names none. */
  byte[] bytes() {
    if (sha256 != null) {
      return StageContent.unpack(name, content, sha256);
    }
    String parameter = Stages.fileParameter(this);
    if (parameter == null || !parameters.containsKey(parameter)) {
      return null;
    }
    throw new IllegalStateException(name + " names a file that nobody has read");
  }

  private Map<String, Object> meaning() {
    if (sha256 == null) {
      return parameters;
    }
    // What the file is called does not matter once its content is here.
    Map<String, Object> values = withSha256();
    String parameter = Stages.fileParameter(this);
    if (parameter != null) {
      values.remove(parameter);
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StageSpec that
        && name.equals(that.name)
        && meaning().equals(that.meaning());
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + meaning().hashCode();
  }

  /** Without the content. */
  @Override
  public String toString() {
    return String.valueOf(shown());
  }
}
