package org.json;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads flat objects of plain texts, as the page sends them. */
public class JSONObject {
    private final String text;

    public JSONObject(String text) throws JSONException {
        if (!text.matches("\\{.*\\}")) throw new JSONException(text);
        this.text = text;
    }

    public String getString(String name) throws JSONException {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(text);
        if (!found.find()) throw new JSONException(name);
        return found.group(1);
    }
}
