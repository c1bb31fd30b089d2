import sagemaker
from config import KIND
