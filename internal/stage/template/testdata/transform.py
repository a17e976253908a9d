# Prints templates as JSON, their functions in full. Given, as its first argument,
# where the packaging before a deployment put the code, it also does what
# CloudFormation does for SAM.
import json
import os
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    def load(self):
        return {}


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml_parse(file.read())


os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-3")
code, files = sys.argv[1], sys.argv[2:]
templates = [read(path) for path in files]
for i, template in enumerate(templates):
    if code and "Transform" in template:
        template["Globals"]["Function"]["CodeUri"] = code
        templates[i] = transform(template, {}, NoManagedPolicies())
json.dump(templates, sys.stdout)
