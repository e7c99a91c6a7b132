package dev.fovea.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** Class names as one text of a file's metadata. */
final class ClassList {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ClassList() {}

    static String write(List<String> names) {
        try {
            return JSON.writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("class names cannot be written as JSON: " + names, e);
        }
    }

    static List<String> read(String text) {
        try {
            return JSON.readValue(text, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'%s' is no list of class names".formatted(text), e);
        }
    }
}
