package org.seqlm.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The one way values become JSON and YAML and back: records bind by component, keys and enum
 * constants are kebab-case, an unknown key fails, and keys keep the order of the record's
 * components, so equal values are equal bytes.
 */
public final class Json {
  private static final JsonMapper MAPPER = configure(JsonMapper.builder()).build();

  private Json() {}

  /** The mapper; shared and thread-safe. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** Gives any mapper's builder the settings of this project (YAML uses it too). */
  public static <B extends com.fasterxml.jackson.databind.cfg.MapperBuilder<?, B>> B configure(
      B builder) {
    return builder
        .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
        .addModule(kebabCaseEnums())
        .configure(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, false)
        .configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, true)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
        .configure(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES, true)
        .configure(DeserializationFeature.ACCEPT_FLOAT_AS_INT, false)
        .configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false);
  }

  /** Pretty JSON with a final line feed. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line of JSON without a line feed. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Any value as a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** The name of an enum constant in files and flags, for instance {@code letters-only}. */
  public static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static SimpleModule kebabCaseEnums() {
    SimpleModule module = new SimpleModule("kebab-case-enums");
    @SuppressWarnings({"rawtypes"})
    StdSerializer<Enum> writer =
        new StdSerializer<>(Enum.class) {
          private static final long serialVersionUID = 1L;

          @Override
          public void serialize(Enum value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeString(name((Enum<?>) value));
          }
        };
    module.addSerializer(writer);
    // A map's keys too: {"train": ...}.
    @SuppressWarnings({"rawtypes"})
    StdSerializer<Enum> keyWriter =
        new StdSerializer<>(Enum.class) {
          private static final long serialVersionUID = 1L;

          @Override
          public void serialize(Enum value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            out.writeFieldName(name((Enum<?>) value));
          }
        };
    module.addKeySerializer(Enum.class, keyWriter);
    module.setDeserializerModifier(
        new BeanDeserializerModifier() {
          private static final long serialVersionUID = 1L;

          @Override
          public JsonDeserializer<?> modifyEnumDeserializer(
              DeserializationConfig config,
              JavaType type,
              BeanDescription description,
              JsonDeserializer<?> standard) {
            return new EnumReader(type.getRawClass());
          }

          @Override
          public KeyDeserializer modifyKeyDeserializer(
              DeserializationConfig config, JavaType type, KeyDeserializer standard) {
            return type.isEnumType() ? new EnumKeyReader(type.getRawClass()) : standard;
          }
        });
    return module;
  }

  private static final class EnumKeyReader extends KeyDeserializer {
    private final Class<?> type;

    EnumKeyReader(Class<?> type) {
      this.type = type;
    }

    @Override
    public Object deserializeKey(String key, DeserializationContext context) throws IOException {
      for (Object constant : type.getEnumConstants()) {
        if (name((Enum<?>) constant).equals(key)) {
          return constant;
        }
      }
      return context.handleWeirdKey(type, key, "must be one of %s", choices(type));
    }
  }

  private static String choices(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(c -> name((Enum<?>) c))
        .collect(Collectors.joining(", "));
  }

  private static final class EnumReader extends JsonDeserializer<Object> {
    private final Class<?> type;

    EnumReader(Class<?> type) {
      this.type = type;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getText();
      for (Object constant : type.getEnumConstants()) {
        if (name((Enum<?>) constant).equals(text)) {
          return constant;
        }
      }
      return context.handleWeirdStringValue(type, text, "must be one of %s", choices(type));
    }
  }

  /**
   * Whether a tree that was read is that of a tree that was made: read back, a number has the type
   * that its digits need.
   *
   * @param read from a file
   * @param made of a record
   */
  public static boolean isOf(JsonNode read, JsonNode made) {
    try {
      return read.equals(mapper().readTree(made.toString()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
